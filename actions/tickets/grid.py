"""The grid system (网格系统) as we reach it: over HTTP, or not at all.

What we send, all of it signed (Standard Webhooks headers) and safe to repeat:

* ``POST {LINLI_GRID_URL}/tickets``, ``Idempotency-Key: <ticket number>``: a new ticket;
  201 or 200 with ``{"external_id"}``.
* ``POST {LINLI_GRID_URL}/tickets/{number}/updates``, ``Idempotency-Key: <event id>``: what
  happened here afterwards, in order: ``{"number", "event", "text", "status", "urge_count",
  "round", "at"}``; ``event`` is ``urge``, ``supplement``, ``rate``, ``escalate``, or the new
  status (``withdrawn``, ``reopened``, ``closed``, …); any 2xx is an answer.
* ``GET {LINLI_GRID_URL}/tickets?updated_since=<time>``: for systems that cannot call us;
  ``{"tickets": [{"number", "status", "note", "handler", "at"}]}``.

A 4xx other than 408, 409, 425 and 429 is final; everything else is tried again. A 409 is
tried three times in all: it may mean that our first try is still being worked on, but the
409 of another body under the same key never goes away.
"""

import json
from datetime import datetime
from typing import Any, Protocol

import httpx

from actions.tickets.errors import GridRejectedError, GridUnavailableError
from actions.tickets.letters import FILE
from actions.tickets.masking import mask
from actions.tickets.outbox import Delivery
from actions.tickets.retry import parse_retry_after
from actions.tickets.signing import sign

TRY_AGAIN = frozenset({408, 409, 425, 429})
CONFLICT_TRIES = 3
NAME = "grid"


class Grid(Protocol):
    """Whoever takes our tickets."""

    system: str

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Return the other side's id of the ticket, empty for an update.

        Raises:
            GridUnavailableError: Try again.
            GridRejectedError: Never again.
        """
        ...

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        """Return the tickets that changed over there since then, as they came.

        Raises:
            GridUnavailableError: Try again.
            GridRejectedError: It does not answer such questions.
        """
        ...


class NullGrid:
    """No grid system: every ticket stays here, and workers handle it in the console."""

    system = ""

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Take anything, and give it no id."""
        return ""

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        """Return nothing."""
        return []


class HttpGrid:
    """A grid system behind the HTTP contract."""

    system = NAME

    def __init__(self, client: httpx.Client, url: str, secret: str) -> None:
        self._client, self._url, self._secret = client, url.rstrip("/"), secret

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Post the ticket or the update, signed."""
        is_new = delivery.kind == FILE
        path = "/tickets" if is_new else f"/tickets/{delivery.number}/updates"
        key = delivery.number if is_new else delivery.event_id
        body = as_bytes(delivery.body)
        headers = {
            "content-type": "application/json",
            "idempotency-key": key,
            **sign(self._secret, delivery.event_id, now, body),
        }
        answer = self._ask("POST", path, now, content=body, headers=headers)
        return _external_id(answer) if is_new else ""

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        """Ask, signed over an empty body."""
        message_id = f"poll-{int(now.timestamp() * 1000)}"
        answer = self._ask(
            "GET",
            "/tickets",
            now,
            params={"updated_since": moment.isoformat()},
            headers=sign(self._secret, message_id, now, b""),
        )
        found = _json(answer)
        tickets = found.get("tickets", []) if isinstance(found, dict) else found
        return tickets if isinstance(tickets, list) else []

    def _ask(self, method: str, path: str, now: datetime, **request: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, f"{self._url}{path}", **request)
        except httpx.HTTPError as error:
            raise GridUnavailableError(type(error).__name__) from error
        if answer.is_success:
            return answer
        reason = reason_of(answer)
        if is_final(answer.status_code):
            raise GridRejectedError(reason)
        wait = parse_retry_after(answer.headers.get("retry-after", ""), now)
        tries = CONFLICT_TRIES if answer.status_code == 409 else None
        raise GridUnavailableError(reason, retry_after_s=wait, tries=tries)


def is_final(status_code: int) -> bool:
    """Return whether an answer means never again."""
    return 400 <= status_code < 500 and status_code not in TRY_AGAIN


def as_bytes(body: dict[str, Any]) -> bytes:
    """Return the body as it goes over the wire: the same bytes at every try."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def reason_of(answer: httpx.Response) -> str:
    """Return "HTTP 422: title" for an operator; the title is masked, the detail left out."""
    found = _json(answer)
    title = found.get("title") if isinstance(found, dict) else None
    suffix = f": {mask(title)[:100]}" if isinstance(title, str) and title else ""
    return f"HTTP {answer.status_code}{suffix}"


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _external_id(answer: httpx.Response) -> str:
    found = _json(answer)
    external_id = found.get("external_id") if isinstance(found, dict) else None
    if not isinstance(external_id, str | int) or external_id == "":
        # Perhaps a proxy's page: believing it would lose the ticket.
        raise GridUnavailableError(f"HTTP {answer.status_code} without an external_id")
    return str(external_id)
