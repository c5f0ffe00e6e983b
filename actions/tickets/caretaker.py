"""What time itself does to tickets: closing, escalating, and asking the grid for news."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from actions.tickets.alerts import AlertKind, raise_about
from actions.tickets.database import reading, writing
from actions.tickets.errors import (
    EventFormatError,
    InvalidTransitionError,
    TicketNotFoundError,
)
from actions.tickets.grid import Grid
from actions.tickets.inbound import GridEvent, GridInbox, Outcome
from actions.tickets.letters import update_grid
from actions.tickets.models import AlertRow, CursorRow, HistoryRow, TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.steps import (
    REPORTER_ACTOR,
    SYSTEM_ACTOR,
    Step,
    add_history,
    locked,
    take_step,
)
from actions.tickets.store import TicketStore
from actions.tickets.ticket import PAUSED, SETTLED, Level, Status, Ticket

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=1)  # a change may be written a moment after its own time
CURSOR, SWEEP = "tickets", "sweep"
SWEEP_EACH, SWEEP_BACK = timedelta(days=1), timedelta(days=30)
ESCALATE = "escalate"
DUE_SOON = "due_soon"
_NOT_OVERDUE = [
    status.value for status in (*SETTLED, *PAUSED, Status.RESOLVED, Status.FOLLOWED_UP)
]
_NOT_TAKEN = [Status.SUBMITTED.value, Status.REOPENED.value]
_ANSWERED_FOR = (Status.RESOLVED.value, Status.FOLLOWED_UP.value)


def close_answered(store: TicketStore, now: datetime, *, limit: int = 100) -> list[str]:
    """Close the tickets whose reporter let the follow-up window pass; return their numbers."""
    query = (
        select(TicketRow.number)
        .where(TicketRow.status.in_(_ANSWERED_FOR), TicketRow.follow_up_until <= now)
        .limit(limit)
    )
    with reading(store.engine) as session:
        numbers = list(session.scalars(query))
    return [number for number in numbers if _close(store, number, now)]


def _close(store: TicketStore, number: str, now: datetime) -> bool:
    with writing(store.engine) as session:
        row = locked(session, number)
        is_due = row.follow_up_until is not None and row.follow_up_until <= now
        if row.status not in _ANSWERED_FOR or not is_due:
            return False  # the reporter, or another worker, was faster
        step = Step(actor=SYSTEM_ACTOR, at=now, reason="follow_up_over")
        take_step(session, store.desk, row, Status.CLOSED, step)
    logger.info("closed number=%s", number)
    return True


def escalate_overdue(store: TicketStore, now: datetime, *, limit: int = 100) -> list[str]:
    """Raise overdue tickets one level (网格→社区→镇街→区), once per deadline; return which.

    The deadline stays: an overdue ticket is overdue, whoever handles it now.
    """
    raised = select(HistoryRow.id).where(
        HistoryRow.number == TicketRow.number,
        HistoryRow.event == ESCALATE,
        HistoryRow.at >= TicketRow.due_at,
    )
    query = (
        select(TicketRow.number)
        .where(TicketRow.due_at < now, TicketRow.status.not_in(_NOT_OVERDUE), ~raised.exists())
        .order_by(TicketRow.due_at)
        .limit(limit)
    )
    with reading(store.engine) as session:
        numbers = list(session.scalars(query))
    return [number for number in numbers if _escalate(store, number, now)]


def _escalate(store: TicketStore, number: str, now: datetime) -> bool:
    with writing(store.engine) as session:
        row = locked(session, number)
        ticket = ticket_from(row, store.desk.categories)
        above = list(Level)[min(list(Level).index(ticket.level) + 1, len(Level) - 1)]
        if not ticket.is_overdue(now) or _was_escalated(session, ticket):
            return False  # somebody was faster
        row.level = above.value
        step = Step(actor=SYSTEM_ACTOR, at=now, reason=above.value)
        add_history(session, row, ESCALATE, step)
        raise_about(session, AlertKind.OVERDUE, ticket, at=now)
        update_grid(session, replace(ticket, level=above), ESCALATE, above.label, at=now)
    logger.warning("overdue number=%s level=%s", number, above)
    return True


def warn_due_soon(store: TicketStore, now: datetime, *, limit: int = 100) -> list[str]:
    """Remind handler and operator of deadlines that are near, once for each; return which."""
    until = now + store.desk.rules.due_soon
    query = (
        select(TicketRow.number)
        .where(TicketRow.due_at >= now, TicketRow.due_at <= until)
        .where(TicketRow.status.not_in(_NOT_OVERDUE), ~_warned_of().exists())
        .order_by(TicketRow.due_at)
        .limit(limit)
    )
    with reading(store.engine) as session:
        numbers = list(session.scalars(query))
    return [number for number in numbers if _warn(store, number, now)]


def warn_unanswered(store: TicketStore, now: datetime, *, limit: int = 100) -> list[str]:
    """Tell the operator of tickets nobody took or answered in time, once each; return which.

    Taken means that the ticket left its first status; answered, that anybody but its reporter
    has told them something in this round. An emergency counts as settled, yet somebody has to
    go and look: taking it up or a note of anybody's says so.
    """
    is_late, runs = TicketRow.acknowledge_due_at < now, TicketRow.status.not_in(_NOT_OVERDUE)
    taken_late = is_late, TicketRow.status.in_(_NOT_TAKEN)
    silent_late = TicketRow.feedback_due_at < now, runs, ~_told().exists()
    unseen = is_late, TicketRow.status == Status.DIVERTED.value, ~_noticed().exists()
    return [
        *_raise_once(store, AlertKind.EMERGENCY, unseen, now, limit),
        *_raise_once(store, AlertKind.UNACKNOWLEDGED, taken_late, now, limit),
        *_raise_once(store, AlertKind.NO_FEEDBACK, silent_late, now, limit),
    ]


def _told() -> Any:
    """Ask for a line that told the reporter something since the ticket was last reopened."""
    reopened = aliased(HistoryRow)
    again = (
        select(func.max(reopened.id))
        .where(reopened.number == TicketRow.number)
        .where(reopened.to_status == Status.REOPENED.value, reopened.event == "move")
        .scalar_subquery()
    )
    return select(HistoryRow.id).where(
        HistoryRow.number == TicketRow.number,
        HistoryRow.id > func.coalesce(again, 0),
        HistoryRow.actor != REPORTER_ACTOR,
        HistoryRow.public_note != "",
    )


def _noticed() -> Any:
    """Ask for a line that somebody other than its reporter wrote under an emergency."""
    return select(HistoryRow.id).where(
        HistoryRow.number == TicketRow.number,
        HistoryRow.from_status == Status.DIVERTED.value,
        HistoryRow.event != "move",
        HistoryRow.actor.not_in([REPORTER_ACTOR, SYSTEM_ACTOR]),
    )


def _raise_once(
    store: TicketStore,
    kind: AlertKind,
    conditions: Iterable[ColumnElement[bool]],
    now: datetime,
    limit: int,
) -> list[str]:
    raised = select(AlertRow.id).where(
        AlertRow.kind == kind.value,
        AlertRow.number == TicketRow.number,
        AlertRow.count == TicketRow.round,
    )
    late = and_(*conditions, ~raised.exists())
    query = select(TicketRow).where(late).order_by(TicketRow.due_at).limit(limit)
    with writing(store.engine) as session:
        tickets = [
            ticket_from(row, store.desk.categories)
            for row in session.scalars(query.with_for_update(skip_locked=True))
        ]
        for ticket in tickets:
            raise_about(session, kind, ticket, at=now)
    return [ticket.number for ticket in tickets]


def _warned_of() -> Any:
    """Ask for the reminder of the ticket's present deadline; an extension makes it a new one."""
    return select(AlertRow.id).where(
        AlertRow.kind == AlertKind.DUE_SOON.value,
        AlertRow.number == TicketRow.number,
        or_(TicketRow.extended_at.is_(None), AlertRow.at >= TicketRow.extended_at),
        AlertRow.count == TicketRow.round,
    )


def _warn(store: TicketStore, number: str, now: datetime) -> bool:
    with writing(store.engine) as session:
        row = locked(session, number)
        told = select(TicketRow.number).where(TicketRow.number == number, _warned_of().exists())
        ticket = ticket_from(row, store.desk.categories)
        is_near = row.due_at is not None and now <= row.due_at <= now + store.desk.rules.due_soon
        if not is_near or row.status in _NOT_OVERDUE or session.scalars(told).first():
            return False  # somebody was faster
        add_history(session, row, DUE_SOON, Step(actor=SYSTEM_ACTOR, at=now))
        raise_about(session, AlertKind.DUE_SOON, ticket, at=now)
        update_grid(session, ticket, DUE_SOON, "", at=now)
    logger.info("due soon number=%s", number)
    return True


def _was_escalated(session: Session, ticket: Ticket) -> bool:
    query = select(HistoryRow.at).where(
        HistoryRow.number == ticket.number, HistoryRow.event == ESCALATE
    )
    return any(ticket.due_at is not None and at >= ticket.due_at for at in session.scalars(query))


def poll(store: TicketStore, grid: Grid, inbox: GridInbox, now: datetime) -> int:
    """Ask the grid system what changed and apply it; return how many tickets moved.

    Once a day it is asked for a whole month: what slipped through is found then.

    Raises:
        TargetError: The grid system did not answer.
    """
    since, swept_at = _cursor(store, CURSOR), _cursor(store, SWEEP)
    is_sweep = now - swept_at >= SWEEP_EACH
    begin = min(since - OVERLAP, now - SWEEP_BACK) if is_sweep else since - OVERLAP
    newest, moved = since, 0
    for found in grid.changed_since(begin, now):
        try:
            event = GridEvent.parse(found)
            newest = max(newest, min(event.at, now))
            moved += inbox.apply(event, now) in {Outcome.APPLIED, Outcome.NOTED, Outcome.HELD}
        except (EventFormatError, TicketNotFoundError, InvalidTransitionError) as error:
            logger.warning("polled change not applied: %s", type(error).__name__)
    if newest > since:
        _keep_cursor(store, CURSOR, newest)
    if is_sweep:
        _keep_cursor(store, SWEEP, now)
    return moved


def _cursor(store: TicketStore, name: str) -> datetime:
    with reading(store.engine) as session:
        row = session.get(CursorRow, name)
        return row.updated_since if row else datetime(2020, 1, 1, tzinfo=UTC)


def _keep_cursor(store: TicketStore, name: str, at: datetime) -> None:
    with writing(store.engine) as session:
        session.merge(CursorRow(name=name, updated_since=at))
