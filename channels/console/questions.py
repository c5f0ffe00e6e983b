"""Left questions, gaps and topics as the console sees them, over internal routes."""

from typing import Any
from urllib.parse import quote

import httpx

from channels.console.knowledge import KnowledgeServiceError

TIMEOUT_S = 30.0


class QuestionDesk:
    """Asks the ticket service for left questions, and the knowledge desk for the rest."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        tickets_url: str,
        knowledge_url: str,
        internal_token: str,
    ) -> None:
        self._client = client
        self._questions = f"{tickets_url.rstrip('/')}/internal/questions"
        self._knowledge = f"{knowledge_url.rstrip('/')}/internal/knowledge"
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def waiting(self) -> list[dict[str, Any]]:
        """Return the questions without an answer, the longest waiting first.

        Each has in ``added`` what was asked besides since it was left or last answered.
        """
        found: list[dict[str, Any]] = (await self._ask("GET", self._questions))["questions"]
        return found

    async def answer(self, number: str, actor: str, text: str) -> None:
        """Answer a question; whoever asked is told."""
        body = {"actor": actor, "text": text}
        await self._ask("POST", f"{self._questions}/{quote(number, safe='')}/answer", json=body)

    async def gaps(self, weeks: int) -> list[dict[str, Any]]:
        """Return the open gaps, the most asked first."""
        answer = await self._ask("GET", f"{self._knowledge}/gaps", params={"weeks": weeks})
        found: list[dict[str, Any]] = answer["gaps"]
        return found

    async def dismiss(self, receipts: list[str]) -> None:
        """Take a gap off the list."""
        await self._ask("POST", f"{self._knowledge}/gaps/dismiss", json={"receipts": receipts})

    async def draft(self, words: dict[str, Any]) -> str:
        """Keep an answered question as a draft and return its number."""
        return str((await self._ask("POST", f"{self._knowledge}/drafts", json=words))["number"])

    async def topics(self) -> list[dict[str, Any]]:
        """Return the topics that people answer for."""
        found: list[dict[str, Any]] = (await self._ask("GET", f"{self._knowledge}/topics"))[
            "topics"
        ]
        return found

    async def switch(self, name: str, actor: str, *, is_on: bool) -> None:
        """Let a person answer for a topic, or no more."""
        body = {"name": name, "actor": actor, "on": is_on}
        await self._ask("POST", f"{self._knowledge}/topics", json=body)

    async def _ask(self, method: str, url: str, **content: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(
                method, url, headers=self._headers, timeout=TIMEOUT_S, **content
            )
        except httpx.HTTPError as error:
            raise KnowledgeServiceError from error
        if response.is_success:
            answer: dict[str, Any] = response.json() if response.content else {}
            return answer
        raise _refusal(response)


def _refusal(response: httpx.Response) -> KnowledgeServiceError:
    if response.status_code >= 500 or response.status_code in {401, 403}:
        return KnowledgeServiceError()
    try:
        title = str(response.json().get("title", ""))
    except ValueError:
        title = ""
    return KnowledgeServiceError(status=response.status_code, title=title)
