"""Translates between table rows and what the rest of the domain speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from actions.tickets.attributes import details_of
from actions.tickets.categories import QUESTION, Category
from actions.tickets.models import DeliveryRow, HistoryRow, TicketRow
from actions.tickets.ticket import (
    Complaint,
    DeliveryStatus,
    Level,
    Place,
    Reporter,
    RequestType,
    Status,
    Ticket,
)

_PLACE = (
    "address", "community", "street", "building", "unit", "room", "cell",
    "latitude", "longitude", "datum",
)  # fmt: skip
_SAME = (
    "number", "code", "submitted_at", "updated_at", "description_safe", "handler", "due_at",
    "due_basis", "acknowledge_due_at", "feedback_due_at", "resolved_at", "closed_at",
    "follow_up_until", "round", "urge_count", "dispatch_count", "return_count", "result_text",
    "resolved_by_reporter", "satisfaction", "archive_type", "parent", "external_id",
    "external_system", "extended_at", "is_designated", "unreached_count",
    "return_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a ticket's history; ``event`` is file, move, note, urge, supplement, rate."""

    at: datetime
    event: str
    actor: str
    from_status: Status
    to_status: Status
    reason: str
    public_note: str
    internal_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One delivery as operators see it."""

    id: int
    number: str
    target: str
    kind: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime
    last_error: str
    created_at: datetime
    settled_at: datetime | None


def _name_without_row(complaint: Complaint) -> str:
    """Return what a left question is called; a category that is gone has no name."""
    return complaint.request_type.label if complaint.category == QUESTION else ""


def ticket_from(row: TicketRow, categories: Mapping[str, Category]) -> Ticket:
    """Return the ticket of a row; the sealed contact stays behind."""
    category = categories.get(row.category)
    complaint = Complaint(
        category=row.category,
        description=row.description,
        request_type=RequestType(row.request_type),
        title=row.title,
        place=Place(**{name: getattr(row, name) for name in _PLACE}),
        since=row.since,
        urgency=row.urgency,
        reporter=Reporter(
            conversation=row.conversation, channel=row.channel, is_anonymous=row.is_anonymous
        ),
        media=tuple(row.media),
        attributes={code: tuple(answer) for code, answer in row.attributes.items()},
        origin=row.origin or "",
    )
    return Ticket(
        complaint=complaint,
        status=Status(row.status),
        level=Level(row.level),
        category_name=category.name if category else _name_without_row(complaint),
        co_handlers=tuple(row.co_handlers),
        details=details_of(category.attributes if category else (), complaint.attributes),
        **{name: getattr(row, name) for name in _SAME},
    )


def place_columns(place: Place) -> dict[str, str | float | None]:
    """Return the columns a place fills."""
    return {name: getattr(place, name) for name in _PLACE}


def event_from(row: HistoryRow) -> Event:
    """Return the history line of a row."""
    return Event(
        at=row.at,
        event=row.event,
        actor=row.actor,
        from_status=Status(row.from_status),
        to_status=Status(row.to_status),
        reason=row.reason,
        public_note=row.public_note,
        internal_note=row.internal_note,
    )


def delivery_from(row: DeliveryRow) -> DeliveryRecord:
    """Return the delivery of a row, without its payload."""
    return DeliveryRecord(
        id=row.id,
        number=row.number,
        target=row.target,
        kind=row.kind,
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        next_attempt_at=max(row.next_attempt_at, row.created_at),
        last_error=row.last_error,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )
