"""What people think of an answer: passed on to the knowledge desk with the answer's receipt."""

from typing import Annotated

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from channels.api import Here, Key, get_parts
from channels.documents import PROBLEMS
from channels.errors import KnowledgeUnavailableError, UnknownReceiptError
from channels.transcript import Transcript

LOOK_BACK = 100  # turns
TIMEOUT_S = 10.0

router = APIRouter(prefix="/api", tags=["chat"], responses=PROBLEMS)


class Feedback(BaseModel):
    """Whether an answer was of use."""

    receipt: Annotated[Key, Field(min_length=1, max_length=32)]
    useful: bool


@router.post("/feedback", status_code=204)
async def judge(request: Request, conversation: Here, given: Feedback) -> Response:
    """Keep whether an answer of this conversation was of use; the last word counts."""
    parts = get_parts(request)
    said = await run_in_threadpool(asked_for, parts.transcript, conversation.id, given.receipt)
    body = {**given.model_dump(), "conversation": conversation.id, "said": said}
    try:
        answer = await parts.client.post(
            f"{parts.settings.knowledge_url}/internal/knowledge/feedback",
            json=body,
            headers={"Authorization": f"Bearer {parts.settings.internal_token}"},
            timeout=TIMEOUT_S,
        )
    except httpx.HTTPError as error:
        raise KnowledgeUnavailableError from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise UnknownReceiptError
    if not answer.is_success:
        raise KnowledgeUnavailableError
    return Response(status_code=204)


def asked_for(transcript: Transcript, conversation: str, receipt: str) -> str:
    """Return what was asked when a receipt was given.

    Raises:
        UnknownReceiptError: none of the latest turns of this conversation has it.
    """
    for turn in reversed(transcript.read(conversation, LOOK_BACK)):
        replies = (turn["reply"] or {}).get("replies", [])
        if any(reply.get("receipt") == receipt for reply in replies):
            return str(turn["said"])
    raise UnknownReceiptError
