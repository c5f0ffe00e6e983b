"""Turns complaints into tickets: number, code, clocks, history and outbox in one go."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from actions.tickets.attributes import emergency_of
from actions.tickets.categories import Category, category_of
from actions.tickets.codes import day_of, new_code, number_for
from actions.tickets.desk import Desk
from actions.tickets.letters import filing_columns
from actions.tickets.masking import mask
from actions.tickets.models import DeliveryRow, HistoryRow, TicketRow
from actions.tickets.rows import place_columns, ticket_from
from actions.tickets.steps import (
    REPORTER_ACTOR,
    Step,
    alarm_workers,
    history_columns,
    set_deadlines,
)
from actions.tickets.ticket import Complaint, Place, Status, Ticket

_NEXT_NUMBERS = text(
    "INSERT INTO ticket_counters (day, last) VALUES (:day, :count) "
    "ON CONFLICT (day) DO UPDATE SET last = ticket_counters.last + :count RETURNING last"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A complaint made ready to be filed: all but its number."""

    origin: str
    at: datetime
    row: TicketRow  # belongs to no session; it only holds the columns

    @property
    def key(self) -> str:
        """What is filed only once: the message, or this filing itself."""
        return self.origin or self.row.code


def made_ready(desk: Desk, complaint: Complaint, now: datetime, status: Status) -> Filing:
    """Return everything a new ticket consists of but for its number; touches no database.

    Raises:
        UnknownCategoryError: No category has the complaint's code.
        VaultError: There is a contact and no key to seal it with.
    """
    category = category_of(desk.categories, complaint.category)
    handler, level = desk.rules.route(category, complaint.description)
    category = replace(category, handler=handler, level=level)
    row = _row(desk, _completed(complaint, category, desk), category, now)
    row.status = status.value
    row.closed_at = now if status is Status.DIVERTED else None
    set_deadlines(row, desk, now)
    return Filing(origin=complaint.origin, at=now, row=row)


def filed_before(session: Session, desk: Desk, origins: Iterable[str]) -> dict[str, Ticket]:
    """Return the tickets that the same messages yielded before, by origin."""
    wanted = sorted({origin for origin in origins if origin})
    if not wanted:
        return {}
    rows = session.scalars(select(TicketRow).where(TicketRow.origin.in_(wanted)))
    tickets = [ticket_from(row, desk.categories) for row in rows]
    return {ticket.complaint.origin: ticket for ticket in tickets}


def write_tickets(session: Session, desk: Desk, filings: Sequence[Filing]) -> list[Ticket]:
    """Write the filings and return their tickets, in order; one origin yields one ticket."""
    known = filed_before(session, desk, [filing.origin for filing in filings])
    new: dict[str, Filing] = {}
    for filing in filings:
        if filing.key not in known:
            new.setdefault(filing.key, filing)
    for filing, number in zip(new.values(), _numbers(session, new.values()), strict=True):
        filing.row.number = number
    tickets = {key: ticket_from(filing.row, desk.categories) for key, filing in new.items()}
    _write(session, desk, [vars(filing.row) for filing in new.values()], list(tickets.values()))
    known |= tickets
    return [known[filing.key] for filing in filings]


def _write(
    session: Session, desk: Desk, rows: list[dict[str, Any]], tickets: list[Ticket]
) -> None:
    if not rows:
        return
    session.execute(insert(TicketRow.__table__), rows)  # type: ignore[arg-type]
    session.execute(insert(HistoryRow.__table__), [_first_line(t) for t in tickets])  # type: ignore[arg-type]
    deliveries = [row for ticket in tickets for row in filing_columns(ticket, desk.targets)]
    if deliveries:
        session.execute(insert(DeliveryRow.__table__), deliveries)  # type: ignore[arg-type]
    for ticket in tickets:
        if ticket.status is Status.DIVERTED:
            alarm_workers(session, desk, ticket, at=ticket.submitted_at)


def _first_line(ticket: Ticket) -> dict[str, Any]:
    step = Step(actor=REPORTER_ACTOR, at=ticket.submitted_at)
    return history_columns(ticket.number, ticket.status, ticket.status, "file", step)


def _numbers(session: Session, filings: Collection[Filing]) -> list[str]:
    """Return a number for each filing, counted up by the day it was filed on."""
    days = [day_of(filing.at) for filing in filings]
    last = {
        day: session.execute(_NEXT_NUMBERS, {"day": day, "count": count}).scalar_one() - count
        for day, count in sorted(Counter(days).items())
    }
    numbers = []
    for filing, day in zip(filings, days, strict=True):
        last[day] += 1
        numbers.append(number_for(filing.at, last[day]))
    return numbers


def _completed(complaint: Complaint, category: Category, desk: Desk) -> Complaint:
    urgency = category.urgency if complaint.urgency == 3 else complaint.urgency
    if emergency_of(category.attributes, complaint.attributes):  # 有人被困, whoever overheard it
        urgency = 1
    return replace(complaint, urgency=urgency, place=placed(complaint.place, desk))


def placed(place: Place, desk: Desk) -> Place:
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


def _row(desk: Desk, complaint: Complaint, category: Category, now: datetime) -> TicketRow:
    """Return a bare namespace with a row's columns: SQLAlchemy's own objects cost three times."""
    row = SimpleNamespace(
        **_BLANK
        | place_columns(complaint.place)
        | _reporter_columns(desk, complaint)
        | _complaint_columns(complaint, category, now)
    )
    return cast(TicketRow, row)


def _complaint_columns(complaint: Complaint, category: Category, now: datetime) -> dict[str, Any]:
    return {
        "code": new_code(),
        "origin": complaint.origin or None,
        "request_type": complaint.request_type.value,
        "category": complaint.category,
        "title": complaint.title,
        "description": complaint.description,
        "description_safe": mask(complaint.description, _others(complaint, category)),
        "since": complaint.since,
        "urgency": complaint.urgency,
        "level": category.level.value,
        "handler": category.handler,
        "media": list(complaint.media),
        "attributes": {code: list(answer) for code, answer in complaint.attributes.items()},
        "submitted_at": now,
        "updated_at": now,
    }


def _others(complaint: Complaint, category: Category) -> list[str]:
    """Return the answers that tell of somebody else and stay here."""
    internal = (one.code for one in category.attributes if one.internal)
    return [told for code in internal for told in complaint.attributes.get(code, ())]


def _reporter_columns(desk: Desk, complaint: Complaint) -> dict[str, Any]:
    reporter = complaint.reporter
    return {
        "conversation": reporter.conversation,
        "channel": reporter.channel,
        "contact": desk.vault.seal(reporter.contact),
        "is_anonymous": reporter.is_anonymous,
        "on_behalf_of": desk.vault.seal(reporter.on_behalf_of),
    }


# Written out, because a row outside any session gets no column defaults.
_BLANK: dict[str, Any] = {
    **dict.fromkeys(TicketRow.__table__.columns.keys()),
    **dict.fromkeys(("urge_count", "dispatch_count", "return_count", "unreached_count"), 0),
    **dict.fromkeys(("result_text", "archive_type", "parent"), ""),
    **dict.fromkeys(("external_id", "external_system", "return_reason"), ""),
    "co_handlers": [],
    "grid_said": [],
    "round": 1,
    "is_designated": False,
}
