"""What people think of an answer: passed on to the knowledge desk with the answer's receipt."""

from typing import Annotated, Self

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from channels.api import Here, Key, get_parts
from channels.documents import PROBLEMS
from channels.errors import KnowledgeUnavailableError, UnknownReceiptError
from channels.parts import Parts
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
    await Opinions.of(get_parts(request)).keep(conversation.id, given)
    return Response(status_code=204)


class Opinions:
    """Passes opinions on to the knowledge desk, with the internal token."""

    def __init__(
        self, client: httpx.AsyncClient, transcript: Transcript, *, url: str, internal_token: str
    ) -> None:
        self._client, self._transcript, self._url = client, transcript, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    @classmethod
    def of(cls, parts: Parts) -> Self:
        """Return those who pass opinions on for this gateway."""
        settings = parts.settings
        return cls(
            parts.client,
            parts.transcript,
            url=settings.knowledge_url,
            internal_token=settings.internal_token,
        )

    async def keep(self, conversation: str, given: Feedback) -> None:
        """Keep whether an answer of this conversation was of use.

        Raises:
            UnknownReceiptError: none of its latest answers has the receipt.
            KnowledgeUnavailableError: the knowledge desk did not answer.
        """
        said = await run_in_threadpool(asked_for, self._transcript, conversation, given.receipt)
        body = {**given.model_dump(), "conversation": conversation, "said": said}
        try:
            answer = await self._client.post(
                f"{self._url}/internal/knowledge/feedback",
                json=body,
                headers=self._headers,
                timeout=TIMEOUT_S,
            )
        except httpx.HTTPError as error:
            raise KnowledgeUnavailableError from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise UnknownReceiptError
        if not answer.is_success:
            raise KnowledgeUnavailableError


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
