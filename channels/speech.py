"""Speech for pages whose browser cannot recognise it: a recording in, words out, nothing kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, UploadFile
from pydantic import BaseModel

from channels.api import get_parts
from channels.documents import PROBLEMS
from channels.errors import BadMessageError, HearingUnavailableError
from channels.media import SIZE_LIMIT
from channels.parts import Parts

router = APIRouter(prefix="/api/speech", tags=["chat"], responses=PROBLEMS)


class Ears(BaseModel):
    """Whether recordings are heard here."""

    is_open: bool


class Words(BaseModel):
    """What was said; its speaker reads it before anything is sent."""

    text: str


@router.get("")
def look(parts: Annotated[Parts, Depends(get_parts)]) -> Ears:
    """Say whether recordings are heard here."""
    return Ears(is_open=parts.hearing.is_open)


@router.post("")
async def hear(file: UploadFile, parts: Annotated[Parts, Depends(get_parts)]) -> Words:
    """Return what is said in a recording.

    Raises:
        HearingUnavailableError: it cannot be heard here or now.
        BadMessageError: nothing could be understood.
    """
    if not parts.hearing.is_open:
        raise HearingUnavailableError
    heard = await parts.hearing.hear(await file.read(SIZE_LIMIT + 1))
    if not heard.is_clear or not heard.text:
        raise BadMessageError("voice_unclear")
    return Words(text=heard.text)
