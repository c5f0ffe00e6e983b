"""What residents do with their tickets after filing: urge, add, withdraw, confirm, rate."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.tickets.desk import Desk
from actions.tickets.errors import (
    InvalidTransitionError,
    NotReporterError,
    ReopenWindowError,
)
from actions.tickets.filing import placed
from actions.tickets.letters import tell_workers, update_grid
from actions.tickets.models import FollowerRow, TicketRow
from actions.tickets.rows import place_columns, ticket_from
from actions.tickets.steps import (
    REPORTER_ACTOR,
    Step,
    add_history,
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
    row.media = [*row.media, *media]
    row.is_anonymous = row.is_anonymous or is_anonymous
    ticket = _noted(session, desk, row, "supplement", step)
    if ticket.status is Status.AWAITING_REPORTER:
        onward = status_before_question(session, row.number)
        return take_step(session, desk, row, onward, replace(step, public_note="", is_quiet=True))
    return ticket


def locate(session: Session, desk: Desk, row: TicketRow, place: Place, step: Step) -> Ticket:
    """Add to a ticket where it is; the workers of that place hear of an emergency."""
    for name, value in place_columns(placed(place, desk)).items():
        if value not in {"", None}:
            setattr(row, name, value)
    ticket = _noted(session, desk, row, "supplement", step)
    if ticket.status is Status.DIVERTED:
        cell = desk.cells.get(ticket.complaint.place.cell)
        tell_workers(session, ticket, cell.parent if cell else "")
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
    if settled_at is not None and step.at > desk.clocks.reopen_until(settled_at):
        raise ReopenWindowError(row.number)
    ticket = take_step(session, desk, row, Status.REOPENED, step)
    row.resolved_by_reporter = False
    return replace(ticket, resolved_by_reporter=False)


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
