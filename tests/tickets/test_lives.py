"""Random lives of tickets: whatever people do, NEXT is never left."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.tickets.database import open_engine
from actions.tickets.desk import Desk
from actions.tickets.errors import (
    FollowUpPendingError,
    InvalidTransitionError,
    ReopenWindowError,
)
from actions.tickets.inbound import GridEvent, GridInbox
from actions.tickets.models import Table
from actions.tickets.store import TicketStore
from actions.tickets.ticket import NEXT, Status, Ticket
from tests.tickets.examples import LAMP, ME, MONDAY_NOON

QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
steps = st.tuples(
    st.sampled_from(["move", "grid", "confirm", "deny", "reopen", "withdraw", "add", "rate"]),
    st.sampled_from(Status),
    st.integers(0, 40),  # hours that pass
)


def perform(act: str, store: TicketStore, number: str, status: Status, now: datetime) -> None:
    event = GridEvent(number=number, status=status, at=now)
    doing: dict[str, Callable[[], object]] = {
        "move": lambda: store.move(number, status, actor="operator", now=now),
        "grid": lambda: GridInbox(store, "").apply(event, now),
        "confirm": lambda: store.confirm(number, True, conversation=ME, now=now),
        "deny": lambda: store.confirm(number, False, conversation=ME, now=now),
        "reopen": lambda: store.reopen(number, conversation=ME, now=now),
        "withdraw": lambda: store.withdraw(number, conversation=ME, now=now),
        "add": lambda: store.supplement(number, "补充", conversation=ME, now=now),
        "rate": lambda: store.rate(number, 2, conversation=ME, now=now),
    }
    doing[act]()


@QUICK
@given(st.lists(steps, max_size=12))
def test_no_sequence_of_acts_leaves_the_table(
    desk: Desk, acts: list[tuple[str, Status, int]]
) -> None:
    engine = open_engine("sqlite://")
    Table.metadata.create_all(engine)
    store, now = TicketStore(engine, desk), MONDAY_NOON
    number = store.file(LAMP, MONDAY_NOON).number

    for act, status, hours in acts:
        now += timedelta(hours=hours)
        before = store.by_number(number)
        try:
            perform(act, store, number, status, now)
        except (InvalidTransitionError, FollowUpPendingError, ReopenWindowError):
            assert store.by_number(number) == before  # a refusal changes nothing

    moves = [event for event in store.history(number) if event.event == "move"]
    assert all(event.to_status in NEXT[event.from_status] for event in moves)
    ends = [Status.SUBMITTED, *(event.to_status for event in moves)]
    assert [event.from_status for event in moves] == ends[:-1]
    ticket = store.by_number(number)
    assert ticket is not None
    assert ticket.status is ends[-1]
    assert _is_consistent(ticket)
    engine.dispose()


def _is_consistent(ticket: Ticket) -> bool:
    """Return whether the times agree with the status."""
    is_settled = not ticket.is_open
    return (ticket.closed_at is not None) == is_settled and ticket.round >= 1


@given(st.lists(st.sampled_from(Status), max_size=20))
def test_a_ticket_on_paper_never_leaves_the_table(statuses: list[Status]) -> None:
    ticket = Ticket(
        number="20260601-000001",
        code="ABCDEFGHJ",
        complaint=LAMP,
        submitted_at=MONDAY_NOON,
        updated_at=MONDAY_NOON,
    )
    for status in statuses:
        if status in NEXT[ticket.status]:
            ticket = ticket.moved_to(status)
            assert ticket.status is status
