"""The ticket service as the console sees it, over its internal routes."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from channels.errors import ChannelError

PAGE_SIZE = 50
TIMEOUT_S = 10.0


class TicketServiceError(ChannelError):
    """The ticket service did not answer, or refused; ``title`` is its own sentence, if any."""

    key, status = "upstream_unavailable", 502

    def __init__(self, word: str, *, status: int = 502, title: str = "") -> None:
        super().__init__()
        self.word, self.title = word, title
        self.http_status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the operator wants to see; an empty word filters nothing."""

    status: str = ""
    cell: str = ""
    overdue: bool = False
    dead: bool = False
    offset: int = 0

    def as_query(self) -> dict[str, str]:
        """Return the query of the internal route."""
        words = {"status": self.status, "cell": self.cell}
        flags = {name: "true" for name in ("overdue", "dead") if getattr(self, name)}
        page = {"limit": str(PAGE_SIZE), "offset": str(self.offset)}
        return {**{name: word for name, word in words.items() if word}, **flags, **page}


class TicketDesk:
    """Asks the ticket service, with the internal token."""

    def __init__(self, client: httpx.AsyncClient, url: str, internal_token: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def list(self, filters: Filters) -> dict[str, Any]:
        """Return ``{"tickets", "total"}``."""
        return await self._ask("GET", "/internal/tickets", params=filters.as_query())

    async def one(self, number: str) -> dict[str, Any]:
        """Return ``{"ticket", "history", "deliveries", "next"}``."""
        return await self._ask("GET", f"/internal/tickets/{quote(number, safe='')}")

    async def stats(self) -> dict[str, Any]:
        """Return the counts for the board."""
        return await self._ask("GET", "/internal/stats")

    async def move(self, number: str, step: dict[str, str]) -> None:
        """Move a ticket: ``status``, ``actor``, ``reason``, notes, ``handler``."""
        await self._ask("POST", f"/internal/tickets/{quote(number, safe='')}/move", json=step)

    async def requeue(self, delivery: int, actor: str, reason: str) -> None:
        """Send a dead delivery once more."""
        body = {"actor": actor, "reason": reason}
        await self._ask("POST", f"/internal/deliveries/{delivery}/requeue", json=body)

    async def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(
                method, self._url + path, headers=self._headers, timeout=TIMEOUT_S, **content
            )
        except httpx.HTTPError as error:
            raise TicketServiceError("tickets_unavailable") from error
        if response.is_success:
            answer: dict[str, Any] = response.json() if response.content else {}
            return answer
        raise _refusal(response)


def _refusal(response: httpx.Response) -> TicketServiceError:
    if response.status_code == 404:
        return TicketServiceError("ticket_missing", status=404)
    if response.status_code >= 500 or response.status_code in {401, 403}:
        return TicketServiceError("tickets_unavailable")
    try:
        title = str(response.json().get("title", ""))
    except ValueError:
        title = ""
    return TicketServiceError("refused", status=409, title=title)
