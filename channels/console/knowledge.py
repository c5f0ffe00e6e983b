"""The knowledge desk as the console sees it, over its internal routes."""

from typing import Any
from urllib.parse import quote

import httpx

from channels.errors import ChannelError

TIMEOUT_S = 60.0  # reading a large file, or building the index after a withdrawal


class KnowledgeServiceError(ChannelError):
    """The knowledge desk did not answer, or refused; ``title`` is its own sentence, if any."""

    key, status = "upstream_unavailable", 502

    def __init__(self, *, status: int = 502, title: str = "") -> None:
        super().__init__()
        self.title, self.http_status = title, status


class KnowledgeDesk:
    """Asks the knowledge desk, with the internal token."""

    def __init__(self, client: httpx.AsyncClient, url: str, internal_token: str) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/internal/knowledge/documents"
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def list(self) -> list[dict[str, Any]]:
        """Return every version of every document, the oldest first."""
        answer = await self._ask("GET", "")
        found: list[dict[str, Any]] = answer["documents"]
        return found

    async def one(self, number: str) -> dict[str, Any]:
        """Return a version with its clauses, versions, history, gate reports and next steps."""
        return await self._ask("GET", _of(number))

    async def changes(self, number: str, earlier: str = "") -> dict[str, Any]:
        """Return what is different from an earlier version."""
        return await self._ask("GET", f"{_of(number)}/changes", params={"earlier": earlier})

    async def attempt(self, number: str) -> dict[str, Any]:
        """Return how far the publishing of a version has come."""
        return await self._ask("GET", f"{_of(number)}/attempt")

    async def add(self, name: str, content: bytes, details: dict[str, str]) -> dict[str, Any]:
        """Keep an uploaded file as a draft: ``actor``, ``audience``, ``series``."""
        return await self._ask("POST", "", files={"file": (name, content)}, data=details)

    async def edit(self, number: str, terms: dict[str, str]) -> dict[str, Any]:
        """Correct what was read of a document."""
        return await self._ask("POST", f"{_of(number)}/terms", json=terms)

    async def move(self, number: str, step: dict[str, str]) -> dict[str, Any]:
        """Take a step: ``move``, ``actor``, ``note``, ``override``."""
        return await self._ask("POST", f"{_of(number)}/moves", json=step)

    async def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(
                method, self._url + path, headers=self._headers, timeout=TIMEOUT_S, **content
            )
        except httpx.HTTPError as error:
            raise KnowledgeServiceError from error
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
        raise _refusal(response)


def _of(number: str) -> str:
    return f"/{quote(number, safe='')}"


def _refusal(response: httpx.Response) -> KnowledgeServiceError:
    if response.status_code >= 500 or response.status_code in {401, 403}:
        return KnowledgeServiceError()
    try:
        title = str(response.json().get("title", ""))
    except ValueError:
        title = ""
    return KnowledgeServiceError(status=response.status_code, title=title)
