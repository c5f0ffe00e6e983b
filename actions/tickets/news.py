"""What residents are told when their ticket moves; the words are in ``news.yml``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.tickets.codes import SHANGHAI
from actions.tickets.ticket import RequestType, Status, Ticket

PATH = Path(__file__).with_name("news.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One piece of news: a short text and the choices under it (title, payload)."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()


@cache
def load_texts(path: Path = PATH) -> dict[str, Any]:
    """Return the table of ``news.yml``, read once."""
    texts: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def news_of(ticket: Ticket, note: str = "", *, is_reporter: bool = True, event: str = "") -> News:
    """Return what to say about the ticket's present status; only its reporter gets choices.

    An ``event`` of the table says something that changes no status.
    """
    texts = load_texts()
    entry = texts["events"][event] if event else texts["statuses"][ticket.status.value]
    text = entry["text"]
    if not event and ticket.status is Status.RESOLVED and _is_enquiry(ticket):
        text = texts["answer"]["text"]
    choices = entry.get("choices", ()) if is_reporter else ()
    return News(
        text=_fill(text, ticket, note),
        choices=tuple((choice["title"], _payload(choice, ticket.number)) for choice in choices),
    )


def emergency_news(ticket: Ticket, *, is_for_all: bool = False) -> News:
    """Return what a worker is told of an emergency: of the cell, or all where it is nobody's."""
    entry = load_texts()["emergency_for_all_workers" if is_for_all else "emergency_for_worker"]
    is_placed = bool(ticket.complaint.place.label)
    return News(text=_fill(entry["text" if is_placed else "without_place"], ticket, ""))


def _is_enquiry(ticket: Ticket) -> bool:
    return ticket.complaint.request_type is RequestType.ENQUIRY


def _fill(text: str, ticket: Ticket, note: str) -> str:
    unknown = load_texts()["unknown"]
    due_at = ticket.due_at
    filled = text.format(
        number=ticket.number,
        code=ticket.code,
        category=ticket.category_name or unknown["category"],
        place=ticket.complaint.place.label or unknown["place"],
        handler=ticket.handler or unknown["handler"],
        parent=ticket.parent,
        note=note.strip(),
        due=due_at.astimezone(SHANGHAI).strftime("%-m月%-d日%H:%M") if due_at else unknown["due"],
    )
    return "\n".join(line for line in filled.splitlines() if line)  # no note, no blank line


def _payload(choice: dict[str, Any], number: str) -> str:
    entities: dict[str, str | int] = {"ticket_number": number}
    if "stars" in choice:
        entities["stars"] = choice["stars"]
    return f"/{choice['payload']}{json.dumps(entities)}"
