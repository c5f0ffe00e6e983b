"""What residents do with their tickets after filing: urge, add, withdraw, confirm, rate."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.tickets.desk import Desk
from actions.tickets.errors import (
    InvalidTransitionError,
    NotReporterError,
    ParentMissingError,
    ReopenWindowError,
)
from actions.tickets.filing import placed
from actions.tickets.letters import update_grid
from actions.tickets.models import FollowerRow, TicketRow
from actions.tickets.rows import place_columns, ticket_from
from actions.tickets.steps import (
    REPORTER_ACTOR,
    Step,
    add_history,
    alarm_workers,
    locked,
    status_before_question,
    take_step,
)
from actions.tickets.ticket import Place, Status, Ticket

RATEABLE = frozenset({Status.RESOLVED, Status.FOLLOWED_UP, Status.CLOSED})


def own_row(session: Session, number: str, conversation: str) -> TicketRow:
    """Return the row of a ticket this conversation reported.

    Raises:
        TicketNotFoundError: No ticket has this number.
        NotReporterError: Somebody else reported it.
    """
    row = locked(session, number)
    if not conversation or row.conversation != conversation:
        raise NotReporterError(number)
    return row


def reporter_step(conversation: str, now: datetime, note: str = "") -> Step:
    """Return a step by the reporter, who gets the answer in the same conversation."""
    return Step(actor=REPORTER_ACTOR, at=now, public_note=note, conversation=conversation)


def urge(session: Session, desk: Desk, number: str, step: Step) -> Ticket:
    """Count one more urging (催办) by the reporter or a follower, and tell the grid system."""
    row = locked(session, number)
    is_follower = session.get(FollowerRow, (number, step.conversation)) is not None
    if row.conversation != step.conversation and not is_follower:
        raise NotReporterError(number)
    if not ticket_from(row, desk.categories).is_open:
        raise InvalidTransitionError(number, row.status, "urged")
    row.urge_count += 1
    return _noted(session, desk, row, "urge", step)


def supplement(
    session: Session,
    desk: Desk,
    row: TicketRow,
    media: tuple[str, ...],
    step: Step,
    *,
    is_anonymous: bool,
) -> Ticket:
    """Add words or pictures; a ticket that waited for them goes on where it stopped."""
    if not ticket_from(row, desk.categories).is_open:
        raise InvalidTransitionError(row.number, row.status, "supplemented")
    enclose(row, media, is_anonymous=is_anonymous)
    ticket = _noted(session, desk, row, "supplement", step)
    if ticket.status is Status.AWAITING_REPORTER:
        onward = status_before_question(session, row.number)
        return take_step(session, desk, row, onward, replace(step, public_note="", is_quiet=True))
    return ticket


def enclose(row: TicketRow, media: tuple[str, ...], *, is_anonymous: bool) -> None:
    """Put pictures to a ticket, and keep its reporter's name back if they ask for it."""
    row.media = [*row.media, *media]
    row.is_anonymous = row.is_anonymous or is_anonymous


def locate(session: Session, desk: Desk, row: TicketRow, place: Place, step: Step) -> Ticket:
    """Add to a ticket where it is; the workers of that place hear of an emergency."""
    for name, value in place_columns(placed(place, desk)).items():
        if value not in {"", None}:
            setattr(row, name, value)
    ticket = _noted(session, desk, row, "supplement", step)
    if ticket.status is Status.DIVERTED:
        alarm_workers(session, desk, ticket, at=step.at)
    return ticket


def confirm(
    session: Session, desk: Desk, row: TicketRow, step: Step, *, is_solved: bool
) -> Ticket:
    """Close the ticket on the reporter's word, or have it handled again."""
    if not is_solved:
        return reopen(session, desk, row, step)
    take_step(session, desk, row, Status.FOLLOWED_UP, replace(step, is_quiet=True))
    row.resolved_by_reporter = True
    return take_step(session, desk, row, Status.CLOSED, step)


def reopen(session: Session, desk: Desk, row: TicketRow, step: Step) -> Ticket:
    """Have a settled ticket handled again, as long as the window is open."""
    settled_at = row.closed_at or row.resolved_at
    is_asked = row.follow_up_until is not None and step.at <= row.follow_up_until
    if settled_at and not is_asked and step.at > desk.clocks.reopen_until(settled_at):
        raise ReopenWindowError(row.number)
    ticket = take_step(session, desk, row, Status.REOPENED, step)
    row.resolved_by_reporter = False
    return replace(ticket, resolved_by_reporter=False)


def follow(session: Session, number: str, conversation: str, now: datetime) -> None:
    """Let a conversation hear of a ticket; twice is harmless."""
    if session.get(FollowerRow, (number, conversation)) is None:
        session.add(FollowerRow(number=number, conversation=conversation, at=now))
        session.flush()


def join(session: Session, desk: Desk, row: TicketRow, parent: str, step: Step) -> Ticket:
    """Join a ticket to another that is about the same thing; its people follow that one.

    Raises:
        TicketNotFoundError: There is no such other ticket.
        InvalidTransitionError: It cannot be joined any more, or the other is settled or itself.
    """
    if not parent:
        raise ParentMissingError(row.number, row.status, Status.MERGED)
    into = ticket_from(locked(session, parent), desk.categories)
    if parent == row.number or not into.is_open:
        raise InvalidTransitionError(row.number, row.status, Status.MERGED)
    row.parent = parent
    ticket = take_step(session, desk, row, Status.MERGED, replace(step, reason=parent))
    followers = select(FollowerRow.conversation).where(FollowerRow.number == row.number)
    for conversation in {row.conversation, *session.scalars(followers)} - {""}:
        follow(session, parent, conversation, step.at)
    return ticket


def rate(session: Session, desk: Desk, row: TicketRow, stars: int, step: Step) -> Ticket:
    """Keep the reporter's rating, 0 (不满意) to 3 (非常满意); a later one replaces it."""
    if not 0 <= stars <= 3:
        raise ValueError("stars are 0 to 3")
    if row.status not in RATEABLE:
        raise InvalidTransitionError(row.number, row.status, "rated")
    row.satisfaction = stars
    return _noted(session, desk, row, "rate", replace(step, reason=str(stars)))


def _noted(session: Session, desk: Desk, row: TicketRow, event: str, step: Step) -> Ticket:
    row.updated_at = step.at
    add_history(session, row, event, step)
    ticket = ticket_from(row, desk.categories)
    update_grid(session, ticket, event, step.public_note or step.reason, at=step.at)
    return ticket
