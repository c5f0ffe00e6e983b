"""Erases what is personal in a settled ticket (删除个人信息), and leaves what happened to it.

Number, category, building, times, steps and their actors stay: they name nobody, and counting
and auditing rest on them. That and why it was erased is kept for good.
"""

import logging
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from actions.tickets.database import reading, writing
from actions.tickets.errors import OpenTicketError
from actions.tickets.letters import NEWS, update_grid
from actions.tickets.models import DeliveryRow, ErasureRow, FollowerRow, HistoryRow, TicketRow
from actions.tickets.names import name_of
from actions.tickets.rows import ticket_from
from actions.tickets.steps import SYSTEM_ACTOR, Step, add_history, locked
from actions.tickets.store import TicketStore
from actions.tickets.ticket import SETTLED, DeliveryStatus, Ticket

logger = logging.getLogger(__name__)

ERASED = "erased"
EXPIRED = "retention"  # the reason where time alone erased it
_MEDIA_ID = re.compile(r"[0-9a-f]{24}")
_ENDED = (DeliveryStatus.DELIVERED.value, DeliveryStatus.DEAD.value)


def erase(store: TicketStore, number: str, *, actor: str, reason: str, now: datetime) -> list[str]:
    """Erase a settled ticket's personal part; a second time is harmless.

    Returns:
        The ids of its photographs and voice messages, for their keeper to delete.

    Raises:
        TicketNotFoundError: No ticket has this number.
        OpenTicketError: Somebody still works on it, and needs to know where and for whom.
    """
    with writing(store.engine) as session:
        row = locked(session, number)
        if ticket_from(row, store.desk.categories).is_open:
            raise OpenTicketError(number)
        known = select(ErasureRow.id).where(ErasureRow.number == number)
        if session.scalars(known).first() is not None:
            return []
        media = list(row.media)
        session.add(ErasureRow(number=number, at=now, actor=actor, reason=reason))
        session.flush()  # without it the database keeps history as it is
        _forget_people(session, row)
        _blank(row)
        _forget_words(session, number)
        ticket = _note(session, store, row, Step(actor=actor, at=now))
    logger.info("erased number=%s", ticket.number)
    return media


def erase_expired(store: TicketStore, now: datetime, *, limit: int = 100) -> list[str]:
    """Erase the tickets that were settled longer ago than the rules keep them.

    Returns:
        The ids of their photographs and voice messages.
    """
    age = store.desk.rules.erase_after
    if not age:
        return []
    erased = select(ErasureRow.id).where(ErasureRow.number == TicketRow.number)
    query = (
        select(TicketRow.number)
        .where(TicketRow.status.in_([status.value for status in SETTLED]))
        .where(TicketRow.closed_at < now - age, ~erased.exists())
        .order_by(TicketRow.closed_at)
        .limit(limit)
    )
    with reading(store.engine) as session:
        numbers = list(session.scalars(query))
    media: list[str] = []
    for number in numbers:
        try:
            media += erase(store, number, actor=SYSTEM_ACTOR, reason=EXPIRED, now=now)
        except OpenTicketError:
            logger.info("opened again number=%s", number)
    return media


def delete_media(home: Path, media: Iterable[str]) -> int:
    """Delete the files of these ids from the home's media folder; return how many were there."""
    paths = [home / "media" / one for one in media if _MEDIA_ID.fullmatch(one)]
    found = [path for path in paths if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _forget_people(session: Session, row: TicketRow) -> None:
    """Delete who follows it, and that its reporter follows what it was joined to."""
    followers = FollowerRow.number == row.number
    reporter = (FollowerRow.number == row.parent) & (FollowerRow.conversation == row.conversation)
    session.execute(delete(FollowerRow).where(or_(followers, reporter)))


def _blank(row: TicketRow) -> None:
    erased = name_of("forms", ERASED)
    row.description = row.description_safe = erased
    for name in ("title", "address", "room", "since", "conversation", "contact", "on_behalf_of"):
        setattr(row, name, "")
    row.result_text = row.return_reason = ""
    row.latitude = row.longitude = row.origin = None
    row.datum, row.media, row.attributes = "", [], {}
    row.grid_said = []  # a mark could be guessed back to short words


def _forget_words(session: Session, number: str) -> None:
    blank = {"reason": "", "public_note": "", "internal_note": ""}
    session.execute(update(HistoryRow).where(HistoryRow.number == number).values(**blank))
    of_ticket = DeliveryRow.number == number
    session.execute(delete(DeliveryRow).where(of_ticket, DeliveryRow.target == NEWS))
    ended = DeliveryRow.status.in_(_ENDED)
    session.execute(update(DeliveryRow).where(of_ticket, ended).values(payload={}, last_error=""))
    # a dead one can be queued again, and would then deliver an empty page
    dead = DeliveryRow.status == DeliveryStatus.DEAD.value
    session.execute(delete(DeliveryRow).where(of_ticket, dead))
    for waiting in session.scalars(select(DeliveryRow).where(of_ticket, ~ended)):
        waiting.payload = _wordless(waiting.payload)


def _wordless(body: dict[str, Any]) -> dict[str, Any]:
    """Return what is still to be sent without anybody's words."""
    erased = {"description": name_of("forms", ERASED), "attributes": []}
    blank = dict.fromkeys(("title", "address", "since", "text"), "")
    return {name: (erased | blank).get(name, value) for name, value in body.items()}


def _note(session: Session, store: TicketStore, row: TicketRow, step: Step) -> Ticket:
    """Add the line of history, and have the systems that hold a copy told."""
    row.updated_at = step.at
    add_history(session, row, ERASED, step)
    ticket = ticket_from(row, store.desk.categories)
    update_grid(session, ticket, ERASED, "", at=step.at)
    return ticket
