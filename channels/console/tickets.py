"""The ticket service as the console sees it, over its internal routes."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from channels.errors import ChannelError
from channels.forms import Lines

PAGE_SIZE = 50
_LIST = re.compile(r"[\u3001\uff0c,;\uff1b\s]+")
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
    words: str = ""
    is_overdue: bool = False
    is_open: bool = False
    offset: int = 0

    @property
    def conditions(self) -> dict[str, str]:
        """The query of both the console's page and the internal route, without paging."""
        words = {"status": self.status, "cell": self.cell, "q": self.words}
        flags = {"overdue": self.is_overdue, "open": self.is_open}
        chosen = {name: word for name, word in words.items() if word}
        return chosen | {name: "true" for name, is_on in flags.items() if is_on}


class Move(BaseModel):
    """The form that moves a ticket; what is empty stays as it is."""

    status: str
    public_note: Lines = ""
    internal_note: Lines = ""
    handler: str = ""
    co_handlers: str = ""  # one after the other, as people write a list
    archive_type: str = ""

    def as_step(self) -> dict[str, Any]:
        """Return the body of the internal route."""
        words = ("public_note", "internal_note", "handler")
        step: dict[str, Any] = {name: getattr(self, name).strip() for name in words}
        names = [one.strip() for one in _LIST.split(self.co_handlers) if one.strip()]
        more = {"co_handlers": names, "archive_type": self.archive_type}
        return {"status": self.status} | step | {name: v for name, v in more.items() if v}


class TicketDesk:
    """Asks the ticket service, with the internal token."""

    def __init__(self, client: httpx.AsyncClient, url: str, internal_token: str) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/internal/tickets"
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def list(self, filters: Filters) -> dict[str, Any]:
        """Return ``{"tickets", "total"}``, newest first."""
        paging = {"limit": str(PAGE_SIZE), "offset": str(filters.offset)}
        return await self._ask("GET", "", params=filters.conditions | paging)

    async def stats(self) -> dict[str, Any]:
        """Return the counts for the first page."""
        return await self._ask("GET", "/stats")

    async def tables(self) -> dict[str, Any]:
        """Return the names of statuses, categories and cells."""
        return await self._ask("GET", "/tables")

    async def one(self, number: str) -> dict[str, Any]:
        """Return ``{"ticket", "history", "deliveries", "followers", "next"}``."""
        return await self._ask("GET", _of(number))

    async def move(self, number: str, step: dict[str, Any]) -> None:
        """Move a ticket: ``status``, ``actor``, notes, handlers, ``archive_type``."""
        await self._ask("POST", f"{_of(number)}/moves", json=step)

    async def note(self, number: str, actor: str, text: str) -> None:
        """Keep an internal note."""
        await self._ask("POST", f"{_of(number)}/notes", json={"actor": actor, "text": text})

    async def act(self, number: str, act: str, actor: str, text: str) -> None:
        """Do what the route ``act`` does: extension, unreached, part, erasure."""
        await self._ask("POST", f"{_of(number)}/{act}", json={"actor": actor, "text": text})

    async def merge(self, number: str, parent: str, actor: str) -> None:
        """Join a ticket to another one."""
        await self._ask("POST", f"{_of(number)}/merge", json={"actor": actor, "parent": parent})

    async def see(self, alert: int, actor: str) -> None:
        """Note who looked at an alert."""
        await self._ask("POST", f"/alerts/{alert}/seen", json={"actor": actor})

    async def identity(self, number: str, viewer: str, reason: str) -> dict[str, str]:
        """Return ``{"contact", "on_behalf_of"}``; the service logs who saw it and why."""
        view = {"viewer": viewer, "reason": reason}
        return await self._ask("POST", f"{_of(number)}/contact", json=view)

    async def dead(self) -> dict[str, Any]:
        """Return ``{"deliveries"}`` that were given up, with the reason."""
        return await self._ask("GET", "/deliveries/dead")

    async def requeue(self, delivery: int) -> None:
        """Give a dead delivery all its tries again."""
        await self._ask("POST", f"/deliveries/{delivery}/requeue")

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


def _of(number: str) -> str:
    return f"/{quote(number, safe='')}"


def _refusal(response: httpx.Response) -> TicketServiceError:
    if response.status_code >= 500 or response.status_code in {401, 403}:
        return TicketServiceError("tickets_unavailable")
    try:
        title = str(response.json().get("title", ""))
    except ValueError:
        title = ""
    status = 404 if response.status_code == 404 else 409
    return TicketServiceError("refused", status=status, title=title)
