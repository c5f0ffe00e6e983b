"""What staff do with a ticket besides moving it: extend it, note a vain call, part it again."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from actions.tickets.database import writing
from actions.tickets.errors import ExtensionError, InvalidTransitionError
from actions.tickets.letters import tell_reporter, update_grid
from actions.tickets.models import FollowerRow, TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.steps import Step, add_history, locked, take_step
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket

EXTENDED, UNREACHED = "extended", "unreached"


def extend(store: TicketStore, number: str, *, actor: str, now: datetime, note: str) -> Ticket:
    """Give a ticket its one extension (延期) and announce it to the reporter.

    Args:
        store: Where the ticket is.
        number: Which ticket.
        actor: Who decides it.
        now: Before the deadline.
        note: Why; the reporter reads it.

    Raises:
        ExtensionError: It was extended before, the deadline has passed, or none runs.
    """
    with writing(store.engine) as session:
        row = locked(session, number)
        ticket = ticket_from(row, store.desk.categories)
        runs = ticket.is_open and row.resolved_at is None and row.due_at is not None
        if not runs or row.extended_at is not None or row.due_at is None or now >= row.due_at:
            raise ExtensionError(number)
        row.due_at, row.extended_at = store.desk.clocks.extended(row.due_at), now
        return _told(session, store, row, EXTENDED, Step(actor=actor, at=now, public_note=note))


def unreached(
    store: TicketStore, number: str, *, actor: str, now: datetime, note: str = ""
) -> Ticket:
    """Keep that the reporter was called in vain (未联系上), and tell them so in their channel.

    Raises:
        InvalidTransitionError: Nobody has to be reached any more.
    """
    with writing(store.engine) as session:
        row = locked(session, number)
        if not ticket_from(row, store.desk.categories).is_open:
            raise InvalidTransitionError(number, row.status, UNREACHED)
        row.unreached_count += 1
        return _told(session, store, row, UNREACHED, Step(actor=actor, at=now, public_note=note))


def part(store: TicketStore, number: str, *, actor: str, now: datetime, note: str = "") -> Ticket:
    """Take a ticket out of the one it was joined to (拆分); it is handled by itself again.

    Raises:
        InvalidTransitionError: It is not joined to any.
    """
    with writing(store.engine) as session:
        row = locked(session, number)
        if row.status != Status.MERGED:
            raise InvalidTransitionError(number, row.status, Status.TRIAGED)
        session.execute(
            delete(FollowerRow).where(
                FollowerRow.number == row.parent, FollowerRow.conversation == row.conversation
            )
        )
        step = Step(actor=actor, at=now, reason=row.parent, public_note=note)
        return take_step(session, store.desk, row, Status.TRIAGED, step)


def _told(session: Session, store: TicketStore, row: TicketRow, event: str, step: Step) -> Ticket:
    row.updated_at = step.at
    add_history(session, row, event, step)
    ticket = ticket_from(row, store.desk.categories)
    tell_reporter(session, ticket, step.public_note, at=step.at, event=event)
    update_grid(session, ticket, event, step.public_note, at=step.at)
    return ticket
