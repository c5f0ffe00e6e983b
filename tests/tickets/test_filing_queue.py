"""The filing queue: what comes at once is written at once, and each caller gets its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from actions.tickets import filing_queue
from actions.tickets.database import migrate, open_engine, writing
from actions.tickets.desk import Desk
from actions.tickets.errors import UnknownCategoryError
from actions.tickets.filing import made_ready, write_tickets
from actions.tickets.filing_queue import FilingQueue
from actions.tickets.finding import Wanted
from actions.tickets.models import Table
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Status
from tests.tickets.examples import FIRE, LAMP, MONDAY_NOON, lamp


@contextmanager
def write_lock(store: TicketStore) -> Iterator[None]:
    """Keep every other writer of the database waiting."""
    with store.engine.execution_options(linli_writing=True).connect() as connection:
        connection.execute(text("DELETE FROM ticket_counters WHERE day = 'none'"))
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE ticket_counters IN EXCLUSIVE MODE"))
        yield
        connection.rollback()


@pytest.fixture
def shared_store(shared_url: str, desk: Desk) -> Iterator[TicketStore]:
    engine = open_engine(shared_url)
    migrate(engine)
    yield TicketStore(engine, desk)
    engine.dispose()


def test_complaints_that_come_at_once_share_a_commit(shared_store: TicketStore) -> None:
    commits: list[object] = []
    event.listen(shared_store.engine, "commit", lambda connection: commits.append(connection))
    with ThreadPoolExecutor(max_workers=20) as pool:
        with write_lock(shared_store):
            filed = [pool.submit(shared_store.file, lamp(f"q{n}"), MONDAY_NOON) for n in range(20)]
            threading.Event().wait(0.3)  # all of them queue up behind the lock
            assert not any(future.done() for future in filed)
        numbers = {future.result().number for future in filed}

    assert len(numbers) == 20
    assert len(commits) < 10


def test_a_wrong_complaint_among_many_spoils_no_other(shared_store: TicketStore) -> None:
    wrong = Complaint(category="moon", description="x")

    def file(n: int) -> str:
        if n % 3:
            return shared_store.file(lamp(f"wrong{n}"), MONDAY_NOON).number
        with pytest.raises(UnknownCategoryError):
            shared_store.file(wrong, MONDAY_NOON)
        return ""

    with ThreadPoolExecutor(max_workers=6) as pool:
        numbers = [number for number in pool.map(file, range(18)) if number]

    assert len(set(numbers)) == 12


def test_what_another_process_filed_first_is_given_back(shared_url: str, desk: Desk) -> None:
    engine = open_engine(shared_url)
    migrate(engine)
    stores = [TicketStore(engine, desk), TicketStore(engine, desk)]  # two queues, two processes

    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(
            pool.map(lambda n: stores[n % 2].file(lamp(f"both{n // 4}"), MONDAY_NOON), range(40))
        )

    assert len({ticket.number for ticket in found}) == 10
    assert len({(t.complaint.origin, t.number) for t in found}) == 10
    engine.dispose()


def test_an_emergency_in_a_batch_stays_one(store: TicketStore, desk: Desk) -> None:
    filings = [
        made_ready(desk, LAMP, MONDAY_NOON, Status.SUBMITTED),
        made_ready(desk, FIRE, MONDAY_NOON, Status.DIVERTED),
    ]
    with writing(store.engine) as session:
        tickets = write_tickets(session, desk, filings)

    assert [ticket.status for ticket in tickets] == [Status.SUBMITTED, Status.DIVERTED]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=25))
def test_any_batch_is_what_one_after_another_would_be(
    desk: Desk, messages: list[tuple[int, int]]
) -> None:
    engine = open_engine("sqlite://")
    Table.metadata.create_all(engine)
    store = TicketStore(engine, desk)
    complaints = [(lamp(f"m{origin}" if origin else ""), _day(day)) for origin, day in messages]
    filings = [made_ready(desk, one, at, Status.SUBMITTED) for one, at in complaints]

    with writing(engine) as session:
        tickets = write_tickets(session, desk, filings)

    by_origin = {t.complaint.origin: t.number for t in tickets if t.complaint.origin}
    alone = sum(1 for origin, _ in messages if not origin)
    assert len({ticket.number for ticket in tickets}) == len(by_origin) + alone
    for (complaint, _), ticket in zip(complaints, tickets, strict=True):
        assert ticket.complaint.origin == complaint.origin
    assert {t.number for t in store.search(Wanted())} == {t.number for t in tickets}
    assert all(len(store.deliveries(number)) == 1 for number in {t.number for t in tickets})
    engine.dispose()


def _day(days: int) -> datetime:
    return MONDAY_NOON + timedelta(days=days)


@pytest.mark.timeout(60)
def test_nobody_is_left_waiting_when_a_leader_leaves(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing_queue, "LOOK_AGAIN_S", 3600.0)  # a missed wake is never made good
    engine = open_engine(f"sqlite:///{tmp_path / 'tickets.db'}")
    migrate(engine)
    queue = FilingQueue(engine, desk, many=2)  # a leader leaves after sixteen, with others waiting

    def file(n: int) -> str:
        return queue.file(made_ready(desk, lamp(f"h{n}"), MONDAY_NOON, Status.SUBMITTED)).number

    with ThreadPoolExecutor(max_workers=40) as pool:
        numbers = list(pool.map(file, range(400)))

    assert len(set(numbers)) == 400
    engine.dispose()
