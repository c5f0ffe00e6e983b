"""Left questions (留言): what waits for a worker's answer, and the answer, once."""

from datetime import datetime

from actions.tickets.categories import QUESTION
from actions.tickets.database import writing
from actions.tickets.errors import TicketNotFoundError
from actions.tickets.finding import Wanted
from actions.tickets.steps import Step, locked, take_step
from actions.tickets.store import TicketStore
from actions.tickets.ticket import NEXT, Status, Ticket

ANSWERED = frozenset({Status.RESOLVED, Status.FOLLOWED_UP})
MANY = 200


def open_questions(store: TicketStore, limit: int = MANY) -> list[Ticket]:
    """Return the questions without an answer, the longest waiting first.

    One that was answered and reopened, because the answer did not help, waits again.
    """
    found = store.search(Wanted(categories=frozenset({QUESTION}), is_open=True), limit=MANY)
    waiting = [ticket for ticket in found if ticket.status not in ANSWERED]
    return sorted(waiting, key=lambda ticket: (ticket.submitted_at, ticket.number))[:limit]


def added_to(store: TicketStore, number: str) -> list[str]:
    """Return what whoever asked has added since the last answer, oldest first."""
    added: list[str] = []
    for event in store.history(number):
        if event.to_status is Status.RESOLVED and event.from_status is not Status.RESOLVED:
            added.clear()
        elif event.event == "supplement" and event.public_note:
            added.append(event.public_note)
    return added


def answer_question(
    store: TicketStore, number: str, text: str, *, actor: str, now: datetime
) -> Ticket:
    """Answer a question; whoever asked is told, and is asked whether that was clear.

    Raises:
        TicketNotFoundError: No question has this number.
        InvalidTransitionError: It is answered already, or withdrawn.
    """
    with writing(store.engine) as session:
        row = locked(session, number)
        if row.category != QUESTION:
            raise TicketNotFoundError(number)
        if Status.RESOLVED not in NEXT[Status(row.status)]:  # taken up and answered in one
            quiet = Step(actor=actor, at=now, is_quiet=True)
            take_step(session, store.desk, row, Status.ACCEPTED, quiet)
        told = Step(actor=actor, at=now, public_note=text)
        return take_step(session, store.desk, row, Status.RESOLVED, told)
