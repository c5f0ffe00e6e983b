"""Turns a complaint into a ticket: number, code, clocks, history and outbox in one go."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from actions.tickets.categories import Category, category_of
from actions.tickets.codes import day_of, new_code, number_for
from actions.tickets.desk import Desk
from actions.tickets.letters import send_to_grid, tell_workers
from actions.tickets.masking import mask
from actions.tickets.models import TicketRow
from actions.tickets.rows import place_columns, ticket_from
from actions.tickets.steps import REPORTER_ACTOR, Step, add_history, set_deadlines
from actions.tickets.ticket import Complaint, Place, Status, Ticket

_NEXT_NUMBER = text(
    "INSERT INTO ticket_counters (day, last) VALUES (:day, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = ticket_counters.last + 1 RETURNING last"
)


def filed_before(session: Session, desk: Desk, origin: str) -> Ticket | None:
    """Return the ticket the same message yielded before, or None."""
    if not origin:
        return None
    row = session.scalars(select(TicketRow).where(TicketRow.origin == origin)).first()
    return ticket_from(row, desk.categories) if row else None


def write_ticket(
    session: Session, desk: Desk, complaint: Complaint, now: datetime, status: Status
) -> Ticket:
    """Write everything a new ticket consists of.

    Raises:
        UnknownCategoryError: No category has the complaint's code.
        VaultError: There is a contact and no key to seal it with.
    """
    category = category_of(desk.categories, complaint.category)
    row = _row(session, desk, _completed(complaint, category, desk), category, now)
    row.status = status.value
    row.closed_at = now if status is Status.DIVERTED else None
    set_deadlines(row, desk, now)
    session.add(row)
    session.flush()
    add_history(session, row, "file", Step(actor=REPORTER_ACTOR, at=now))
    ticket = ticket_from(row, desk.categories)
    send_to_grid(session, ticket)
    if status is Status.DIVERTED:
        cell = desk.cells.get(ticket.complaint.place.cell)
        tell_workers(session, ticket, cell.parent if cell else "")
    return ticket


def _completed(complaint: Complaint, category: Category, desk: Desk) -> Complaint:
    urgency = category.urgency if complaint.urgency == 3 else complaint.urgency
    return replace(complaint, urgency=urgency, place=_placed(complaint.place, desk))


def _placed(place: Place, desk: Desk) -> Place:
    """Return the place with its cell; a cell of our table brings community and street."""
    located = desk.cells.locate(place.building, place.unit) if place.building else None
    cell = place.cell or (located.code if located else "")
    if desk.cells.get(cell) is None:
        return replace(place, cell=cell)
    return replace(
        place,
        cell=cell,
        community=place.community or desk.cells.community,
        street=place.street or desk.cells.street,
    )


def _row(
    session: Session, desk: Desk, complaint: Complaint, category: Category, now: datetime
) -> TicketRow:
    sequence = session.execute(_NEXT_NUMBER, {"day": day_of(now)}).scalar_one()
    return TicketRow(
        number=number_for(now, sequence),
        code=new_code(),
        origin=complaint.origin or None,
        request_type=complaint.request_type.value,
        category=complaint.category,
        title=complaint.title,
        description=complaint.description,
        description_safe=mask(complaint.description),
        since=complaint.since,
        urgency=complaint.urgency,
        level=category.level.value,
        handler=category.handler,
        media=list(complaint.media),
        submitted_at=now,
        updated_at=now,
        **place_columns(complaint.place),
        **_reporter_columns(desk, complaint),
        **_BLANK,
    )


def _reporter_columns(desk: Desk, complaint: Complaint) -> dict[str, Any]:
    reporter = complaint.reporter
    return {
        "conversation": reporter.conversation,
        "channel": reporter.channel,
        "contact": desk.vault.seal(reporter.contact),
        "is_anonymous": reporter.is_anonymous,
        "on_behalf_of": desk.vault.seal(reporter.on_behalf_of),
    }


# Written out, because column defaults reach a new object only after the flush.
_BLANK: dict[str, Any] = {
    **dict.fromkeys(("urge_count", "dispatch_count", "return_count"), 0),
    **dict.fromkeys(("result_text", "archive_type", "parent"), ""),
    **dict.fromkeys(("external_id", "external_system"), ""),
    "round": 1,
}
