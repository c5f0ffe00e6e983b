"""Writes what another system shall be told into the outbox, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.tickets.coordinates import to_wgs84
from actions.tickets.masking import mask
from actions.tickets.models import BindingRow, DeliveryRow, FollowerRow, WorkerRow
from actions.tickets.news import News, emergency_news, news_of
from actions.tickets.ticket import DeliveryStatus, RequestType, Status, Ticket

GRID, NEWS = "grid", "news"
FILE, UPDATE = "file", "update"
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # due whatever the clocks of writer and worker say


def filing_columns(ticket: Ticket, targets: Iterable[str] = (GRID,)) -> list[dict[str, Any]]:
    """Return the outbox rows of a new ticket, one for each system; the body is fixed now."""
    if not is_for_grid(ticket):
        return []
    body, at = grid_body(ticket), ticket.submitted_at
    return [_columns(ticket.number, target, FILE, body, at) for target in targets]


def update_grid(session: Session, ticket: Ticket, event: str, text: str, *, at: datetime) -> None:
    """Have a later act of the resident (urge, supplement, withdraw…) delivered, in order.

    It follows the ticket to wherever that went.
    """
    if is_for_grid(ticket):
        body = {
            "number": ticket.number,
            "event": event,
            "text": mask(text),
            "status": ticket.status.value,
            "urge_count": ticket.urge_count,
            "round": ticket.round,
            "at": at.isoformat(),
        }
        for target in _went_to(session, ticket.number):
            _post(session, ticket, target, UPDATE, body, at=at)


def _went_to(session: Session, number: str) -> list[str]:
    query = (
        select(DeliveryRow.target)
        .where(DeliveryRow.number == number, DeliveryRow.kind == FILE)
        .order_by(DeliveryRow.id)
    )
    return list(session.scalars(query))


def tell_residents(
    session: Session,
    ticket: Ticket,
    note: str,
    *,
    at: datetime,
    but_not: str = "",
    event: str = "",
) -> None:
    """Have the reporter and the followers told of the present status, except ``but_not``.

    A question is for its reporter alone: it may name them or their door, and nobody else may
    answer it.
    """
    reporter = ticket.complaint.reporter.conversation
    is_question = ticket.status is Status.AWAITING_REPORTER
    followers = [] if is_question else _followers(session, ticket.number)
    for conversation in dict.fromkeys([reporter, *followers]):
        if conversation and conversation != but_not:
            news = news_of(ticket, note, is_reporter=conversation == reporter, event=event)
            _tell(session, ticket, conversation, news, at=at)


def _followers(session: Session, number: str) -> Sequence[str]:
    query = select(FollowerRow.conversation).where(FollowerRow.number == number)
    return session.scalars(query.order_by(FollowerRow.conversation)).all()


def tell_reporter(
    session: Session, ticket: Ticket, note: str, *, at: datetime, event: str
) -> None:
    """Have the reporter alone told of something that changes no status."""
    if conversation := ticket.complaint.reporter.conversation:
        _tell(session, ticket, conversation, news_of(ticket, note, event=event), at=at)


def tell_workers(session: Session, ticket: Ticket, parent: str, *, at: datetime) -> int:
    """Have the workers of the ticket's cell told of an emergency in their own conversations.

    Where the cell is unknown or nobody's, every worker is told.

    Returns:
        How many are told.
    """
    cells = {ticket.complaint.place.cell, parent} - {""}
    query = select(BindingRow.conversation, WorkerRow.cells)
    bound = session.execute(query.join(WorkerRow, WorkerRow.id == BindingRow.worker)).all()
    theirs = [conversation for conversation, of_worker in bound if cells & set(of_worker)]
    news = emergency_news(ticket, is_for_all=not theirs)
    told = theirs or [conversation for conversation, _ in bound]
    for conversation in told:
        _tell(session, ticket, conversation, news, at=at)
    return len(told)


def is_for_grid(ticket: Ticket) -> bool:
    """Return whether the grid system gets it: a question (咨询) is answered in the community."""
    return ticket.complaint.request_type is not RequestType.ENQUIRY


def grid_body(ticket: Ticket) -> dict[str, Any]:
    """Return what leaves for the handler: nothing that names the resident or their door."""
    complaint, place = ticket.complaint, ticket.complaint.place
    latitude, longitude = to_wgs84(place.latitude, place.longitude, place.datum)
    return {
        "number": ticket.number,
        "request_type": complaint.request_type.value,
        "category": {"code": complaint.category, "name": ticket.category_name},
        "title": mask(complaint.title),
        "description": ticket.description_safe,
        "attributes": [
            detail.as_contract(is_masked=True) for detail in ticket.details if not detail.internal
        ],
        "since": complaint.since,
        "address": mask(place.address),
        "community": place.community,
        "street": place.street,
        "building": place.building,
        "unit": place.unit,
        "grid_cell": place.cell,
        "latitude": latitude,
        "longitude": longitude,
        "datum": "WGS-84" if latitude is not None else "",
        "urgency": complaint.urgency,
        "level": ticket.level.value,
        "handler": ticket.handler,
        "co_handlers": list(ticket.co_handlers),
        "status": ticket.status.value,
        "status_name": ticket.status.label,
        "submitted_at": ticket.submitted_at.isoformat(),
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
    }


def _tell(
    session: Session, ticket: Ticket, conversation: str, news: News, *, at: datetime
) -> None:
    body = {
        "conversation": conversation,
        "number": ticket.number,
        "status": ticket.status.value,
        "status_name": ticket.status.label,
        "text": news.text,
        "choices": [{"title": title, "payload": payload} for title, payload in news.choices],
    }
    _post(session, ticket, NEWS, NEWS, body, at=at)


def _post(
    session: Session, ticket: Ticket, target: str, kind: str, body: dict[str, Any], *, at: datetime
) -> None:  # fmt: skip
    session.add(DeliveryRow(**_columns(ticket.number, target, kind, body, at)))


def _columns(
    number: str, target: str, kind: str, body: dict[str, Any], at: datetime
) -> dict[str, Any]:
    event_id = uuid4().hex
    conversation = body.get("conversation", "")
    return {
        "event_id": event_id,
        "number": number,
        "target": target,
        "kind": kind,
        "stream": f"{target}:{number}:{conversation}",
        "payload": {"id": event_id, **body} if target == NEWS else body,
        "status": DeliveryStatus.PENDING.value,
        "attempts": 0,
        "next_attempt_at": AT_ONCE,
        "lease": "",
        "last_error": "",
        "created_at": at,
    }
