"""One step in the life of a ticket: the row, its history and the news, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.tickets.alerts import AlertKind, is_raised, raise_about, raise_alert
from actions.tickets.clocks import Pause
from actions.tickets.desk import Desk
from actions.tickets.errors import (
    AccusedHandlerError,
    FollowUpPendingError,
    ParentMissingError,
    ReturnRefusedError,
    TicketNotFoundError,
)
from actions.tickets.letters import tell_residents, tell_workers, update_grid
from actions.tickets.models import HistoryRow, TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.ticket import PAUSED, SETTLED, Level, Status, Ticket

GRID_ACTOR = "grid"
SYSTEM_ACTOR = "system"
REPORTER_ACTOR = "reporter"
_CLOCKS = {
    "acknowledge_due_at": "acknowledge", "feedback_due_at": "feedback", "due_at": "resolve",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who moves a ticket, when and why.

    ``conversation`` is the one that acts: it gets its answer at once, and no news.
    A ``quiet`` step is one passed through on the way: history keeps it, nobody is told.
    """

    actor: str
    at: datetime
    reason: str = ""
    public_note: str = ""
    internal_note: str = ""
    handler: str = ""
    co_handlers: tuple[str, ...] = ()  # empty leaves them as they are
    archive_type: str = ""  # normal, overdue, mistaken, special; empty: by the deadline
    conversation: str = ""
    is_quiet: bool = False
    received_at: datetime | None = None  # when we heard of it, if not at once

    @property
    def heard_at(self) -> datetime:
        """When the time began that people here have to answer it."""
        return self.received_at or self.at


def locked(session: Session, number: str) -> TicketRow:
    """Return the ticket's row, held by this transaction until it ends.

    Raises:
        TicketNotFoundError: No ticket has this number.
    """
    row = session.get(TicketRow, number, with_for_update=True)
    if row is None:
        raise TicketNotFoundError(number)
    return row


def take_step(session: Session, desk: Desk, row: TicketRow, status: Status, step: Step) -> Ticket:
    """Move the ticket, and write history, news and the grid's update.

    Raises:
        InvalidTransitionError: ``NEXT`` does not lead there.
        ReturnRefusedError: It was returned too often.
        AccusedHandlerError: The new handler is whom the complaint is about.
        ParentMissingError: Joining, without the ticket it is joined to.
        FollowUpPendingError: Closing, while the reporter may still answer.
    """
    before = ticket_from(row, desk.categories).moved_to(status)  # raises if it may not
    was = Status(row.status)
    _check_step(row, desk, status, step)
    _shift_paused_clock(row, desk, status, step.at)
    effect = _EFFECTS.get(status)
    if effect:
        effect(row, desk, step)
    row.status = status.value
    row.updated_at = step.at
    row.closed_at = step.heard_at if status in SETTLED else None
    row.handler = step.handler or row.handler
    row.co_handlers = list(step.co_handlers) or row.co_handlers
    if _is_return(was, status):
        _take_back(session, row, desk, step)
    if status is Status.REOPENED or (was is Status.MERGED and status is not Status.CLOSED):
        row.parent = ""
    add_history(session, row, "move", step, was=was)
    onward = _ONWARD.get(status)
    if onward:
        onward(session, desk, row, step)
    ticket = ticket_from(row, desk.categories)
    if not step.is_quiet:
        tell_residents(session, ticket, step.public_note, at=step.at, but_not=step.conversation)
    if step.actor != GRID_ACTOR and not step.is_quiet:
        update_grid(session, ticket, before.status.value, step.public_note, at=step.at)
    return ticket


def _check_step(row: TicketRow, desk: Desk, status: Status, step: Step) -> None:
    """Refuse what the table of transitions allows and the rules do not."""
    was = Status(row.status)
    if _is_return(was, status) and row.is_designated:
        raise ReturnRefusedError(row.number, was, status)
    named = () if step.actor == GRID_ACTOR else (step.handler, *step.co_handlers)
    if not all(desk.rules.may_handle(one, row.category, row.description) for one in named):
        raise AccusedHandlerError(row.number, was, status)
    if status is Status.MERGED and not row.parent:
        raise ParentMissingError(row.number, was, status)
    if was is Status.RESOLVED and status is Status.CLOSED:
        _check_follow_up(row, step.at)


def _is_return(was: Status, status: Status) -> bool:
    return status is Status.TRIAGED and was in {Status.DISPATCHED, Status.IN_PROGRESS}


def _close_joined(session: Session, desk: Desk, parent: TicketRow, step: Step) -> None:
    """Close what was joined to a ticket with it; its people heard of it as followers."""
    quiet = replace(step, reason=parent.number, archive_type=parent.archive_type, is_quiet=True)
    for row in _joined(session, parent):
        take_step(session, desk, row, Status.CLOSED, quiet)


def _part_joined(session: Session, desk: Desk, parent: TicketRow, step: Step) -> None:
    """Go on with what was joined to a ticket its reporter took back: others still wait for it."""
    alone = Step(actor=SYSTEM_ACTOR, at=step.at, reason=parent.number)
    for row in _joined(session, parent):
        take_step(session, desk, row, Status.TRIAGED, alone)


def _alarm(session: Session, desk: Desk, row: TicketRow, step: Step) -> None:
    alarm_workers(session, desk, ticket_from(row, desk.categories), at=step.heard_at)


def alarm_workers(session: Session, desk: Desk, ticket: Ticket, *, at: datetime) -> None:
    """Have workers told of an emergency; where there is none to tell, an operator has to look."""
    cell = desk.cells.get(ticket.complaint.place.cell)
    told = tell_workers(session, ticket, cell.parent if cell else "", at=at)
    if not told and not is_raised(session, AlertKind.EMERGENCY, ticket):
        raise_about(session, AlertKind.EMERGENCY, ticket, at=at)


def _joined(session: Session, parent: TicketRow) -> Sequence[TicketRow]:
    joined = select(TicketRow).where(
        TicketRow.parent == parent.number, TicketRow.status == Status.MERGED.value
    )
    return session.scalars(joined.order_by(TicketRow.number).with_for_update()).all()


def add_history(
    session: Session, row: TicketRow, event: str, step: Step, *, was: Status | None = None
) -> None:
    """Add one line to the ticket's history; ``was`` is the status before, if it changed."""
    before = was or Status(row.status)
    columns = history_columns(row.number, before, Status(row.status), event, step)
    session.add(HistoryRow(**columns))


def history_columns(
    number: str, was: Status, status: Status, event: str, step: Step
) -> dict[str, Any]:
    """Return the columns of one line of a ticket's history."""
    return {
        "number": number,
        "at": step.at,
        "event": event,
        "actor": step.actor,
        "from_status": was.value,
        "to_status": status.value,
        "reason": step.reason,
        "public_note": step.public_note,
        "internal_note": step.internal_note,
    }


def status_before_question(session: Session, number: str) -> Status:
    """Return where a ticket that waits for its reporter goes on once they answered."""
    asked_from = session.scalars(
        select(HistoryRow.from_status)
        .where(
            HistoryRow.number == number,
            HistoryRow.event == "move",
            HistoryRow.to_status == Status.AWAITING_REPORTER.value,
        )
        .order_by(HistoryRow.id.desc())
        .limit(1)
    ).first()
    if asked_from is None or asked_from == Status.REOPENED.value:
        return Status.ACCEPTED
    return Status(asked_from)


def set_deadlines(row: TicketRow, desk: Desk, start: datetime) -> None:
    """Start the ticket's clocks."""
    deadlines = desk.clocks.deadlines(row.urgency, Level(row.level), start)
    row.acknowledge_due_at = deadlines.acknowledge
    row.feedback_due_at = deadlines.feedback
    row.due_at, row.due_basis = deadlines.due_at, deadlines.due_basis


def _check_follow_up(row: TicketRow, now: datetime) -> None:
    if row.follow_up_until is not None and now < row.follow_up_until:
        raise FollowUpPendingError(row.number)


def _shift_paused_clock(row: TicketRow, desk: Desk, status: Status, now: datetime) -> None:
    was_paused, is_paused = row.status in PAUSED, status in PAUSED
    if is_paused and not was_paused:
        row.paused_at = now
    if was_paused and not is_paused and row.paused_at is not None:
        pause = Pause(began=row.paused_at, ended=now)
        for clock, step in _CLOCKS.items():
            if getattr(row, clock) is not None:
                length = desk.clocks.length(step, row.urgency, Level(row.level))
                setattr(row, clock, desk.clocks.after_pause(getattr(row, clock), pause, length))
        row.paused_at = None


def _resolve(row: TicketRow, desk: Desk, step: Step) -> None:
    row.resolved_at = step.at
    row.result_text = step.public_note
    row.follow_up_until = desk.clocks.follow_up_until(step.heard_at)


def _dispatch(row: TicketRow, desk: Desk, _step: Step) -> None:
    row.dispatch_count += 1
    row.is_designated = row.return_count >= desk.rules.returns


def _take_back(session: Session, row: TicketRow, desk: Desk, step: Step) -> None:
    """Count a return (退单); too many of them, and the centre is told to name the handler."""
    row.return_count += 1
    row.return_reason = step.reason or step.internal_note or step.public_note
    if row.return_count == desk.rules.returns:
        raise_alert(
            session, AlertKind.RETURNS, at=step.at, subject=row.number, number=row.number,
            category=row.category, place=row.building or row.cell, count=row.return_count,
        )  # fmt: skip


def _divert(row: TicketRow, desk: Desk, step: Step) -> None:
    row.urgency = 1
    set_deadlines(row, desk, step.heard_at)


def _close(row: TicketRow, _desk: Desk, step: Step) -> None:
    was_late = row.due_at is not None and (row.resolved_at or step.at) > row.due_at
    row.archive_type = step.archive_type or ("overdue" if was_late else "normal")
    row.follow_up_until = None


def _reopen(row: TicketRow, desk: Desk, step: Step) -> None:
    row.round += 1
    row.resolved_at = row.follow_up_until = row.satisfaction = None
    row.archive_type = ""
    row.grid_at = step.at  # what the grid system reported before is about the round before
    set_deadlines(row, desk, step.at)


_EFFECTS: dict[Status, Callable[[TicketRow, Desk, Step], None]] = {
    Status.DISPATCHED: _dispatch,
    Status.RESOLVED: _resolve,
    Status.CLOSED: _close,
    Status.REOPENED: _reopen,
    Status.DIVERTED: _divert,
}
_ONWARD: dict[Status, Callable[[Session, Desk, TicketRow, Step], None]] = {
    Status.CLOSED: _close_joined,
    Status.WITHDRAWN: _part_joined,
    Status.DIVERTED: _alarm,
}
