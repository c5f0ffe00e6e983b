"""The outbox: nothing lost, nothing twice, everything in order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from actions.tickets.cells import load_cells
from actions.tickets.database import migrate, open_engine
from actions.tickets.deliver import deliver_next
from actions.tickets.desk import Desk
from actions.tickets.errors import GridRejectedError, GridUnavailableError, TargetError
from actions.tickets.models import Table
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.retry import RetryPolicy
from actions.tickets.store import TicketStore
from actions.tickets.ticket import DeliveryStatus, Status
from actions.tickets.workers import WorkerRegistry
from tests.tickets.examples import FIRE, LAMP, ME, MONDAY_NOON, lamp

DAY = timedelta(days=1)
AWAY = GridUnavailableError("HTTP 503")


class FakeGrid:
    """Fails with each of ``errors`` in turn, then takes everything."""

    def __init__(self, *errors: TargetError) -> None:
        self._errors = list(errors)
        self.asked: list[str] = []
        self.took: list[tuple[str, str]] = []

    def send(self, delivery: Delivery, now: datetime) -> str:
        self.asked.append(delivery.number)
        if self._errors:
            raise self._errors.pop(0)
        self.took.append((delivery.number, delivery.body.get("event", "file")))
        return f"ext-{delivery.number}"


def box(engine: Engine, attempts: int = 12) -> Outbox:
    return Outbox(engine=engine, policy=RetryPolicy(max_attempts=attempts), chance=lambda: 0.0)


def drain(outbox: Outbox, grid: FakeGrid, now: datetime, target: str = "grid") -> int:
    count = 0
    while deliver_next(outbox, target, grid, system="fake", clock=lambda: now):
        count += 1
    return count


def test_a_delivered_ticket_bears_the_other_sides_number(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    drain(box(store.engine), FakeGrid(), MONDAY_NOON)

    ticket = store.by_number(number)
    assert ticket is not None
    assert (ticket.external_id, ticket.external_system) == (f"ext-{number}", "fake")
    assert ticket.status is Status.SUBMITTED


def test_a_refused_ticket_is_never_sent_again(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    grid, outbox = FakeGrid(GridRejectedError("HTTP 422: unknown category")), box(store.engine)

    drain(outbox, grid, MONDAY_NOON)
    drain(outbox, grid, MONDAY_NOON + DAY)

    assert grid.asked == [number]
    assert [d.last_error for d in outbox.dead()] == ["HTTP 422: unknown category"]


def test_an_unreachable_grid_is_asked_again_after_five_seconds(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    grid, outbox = FakeGrid(AWAY), box(store.engine)

    tries = [
        drain(outbox, grid, MONDAY_NOON + timedelta(seconds=seconds)) for seconds in (0, 4, 5)
    ]

    assert tries == [1, 0, 1]
    assert len(grid.took) == 1


def test_the_wish_of_the_grid_to_wait_is_kept(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    busy = GridUnavailableError("HTTP 429", retry_after_s=90)
    grid, outbox = FakeGrid(busy), box(store.engine)

    tries = [
        drain(outbox, grid, MONDAY_NOON + timedelta(seconds=seconds)) for seconds in (0, 89, 90)
    ]

    assert tries == [1, 0, 1]


def test_attempts_run_out_and_an_operator_gives_them_back(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    grid, outbox = FakeGrid(AWAY, AWAY), box(store.engine, attempts=2)

    for days in range(4):
        drain(outbox, grid, MONDAY_NOON + days * DAY)
    dead = outbox.dead()
    requeued = outbox.requeue(MONDAY_NOON + 5 * DAY, number=number)
    drain(outbox, grid, MONDAY_NOON + 5 * DAY)

    assert ([d.number for d in dead], requeued, len(grid.took)) == ([number], 1, 1)
    assert outbox.dead() == []


def test_updates_follow_their_ticket_in_order(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.urge(number, conversation=ME, now=MONDAY_NOON)
    store.supplement(number, "是三楼", conversation=ME, now=MONDAY_NOON)
    store.withdraw(number, conversation=ME, now=MONDAY_NOON)
    grid, outbox = FakeGrid(AWAY), box(store.engine)

    drain(outbox, grid, MONDAY_NOON)
    before = list(grid.took)
    drain(outbox, grid, MONDAY_NOON + DAY)

    assert before == []
    assert [event for _, event in grid.took] == ["file", "urge", "supplement", "withdrawn"]


def test_nothing_follows_a_ticket_the_grid_refused(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.urge(number, conversation=ME, now=MONDAY_NOON)
    grid = FakeGrid(GridRejectedError("HTTP 422"))

    drain(box(store.engine), grid, MONDAY_NOON)

    assert grid.asked == [number]


def test_one_stuck_ticket_does_not_hold_the_others(store: TicketStore) -> None:
    store.file(lamp("1"), MONDAY_NOON)
    second = store.file(lamp("2"), MONDAY_NOON).number
    grid = FakeGrid(AWAY)

    drain(box(store.engine), grid, MONDAY_NOON)

    assert grid.took == [(second, "file")]


def test_a_killed_workers_delivery_comes_back_after_its_lease(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    grid, outbox = FakeGrid(), box(store.engine)
    outbox.claim(MONDAY_NOON)  # and the worker is gone

    early = drain(outbox, grid, MONDAY_NOON + timedelta(seconds=59))
    late = drain(outbox, grid, MONDAY_NOON + timedelta(seconds=61))

    assert (early, late) == (0, 1)


def test_a_worker_that_lost_its_lease_settles_nothing(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    outbox, later = box(store.engine), MONDAY_NOON + timedelta(seconds=61)
    slow = outbox.claim(MONDAY_NOON)
    fast = outbox.claim(later)
    assert slow is not None
    assert fast is not None

    assert not outbox.delivered(slow, later, external_id="late")
    assert outbox.failed(slow, later, AWAY) is DeliveryStatus.SENDING
    assert outbox.delivered(fast, later, external_id="right")


def test_a_delivery_that_kills_its_workers_is_buried_in_the_end(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    outbox = box(store.engine, attempts=3)

    claims = [outbox.claim(MONDAY_NOON + hours * timedelta(hours=1)) for hours in range(5)]

    assert [claim is not None for claim in claims] == [True, True, True, False, False]
    assert len(outbox.dead()) == 1


def test_many_workers_deliver_each_ticket_once(shared_url: str, desk: Desk) -> None:
    engine = open_engine(shared_url)
    migrate(engine)
    store = TicketStore(engine, desk)
    filed = {store.file(lamp(f"many{n}"), MONDAY_NOON).number for n in range(40)}
    grid = FakeGrid()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda _: drain(box(engine), grid, MONDAY_NOON), range(4)))

    numbers = [number for number, _ in grid.took if number in filed]
    assert sorted(numbers) == sorted(filed)
    engine.dispose()


def test_the_workers_of_the_cell_are_told_of_an_emergency(store: TicketStore) -> None:
    registry = WorkerRegistry(store.engine, load_cells())
    for name, cell in (("worker-here", "XFL-01"), ("worker-there", "XFL-02")):
        registry.bind(name, registry.invite(name, [cell], MONDAY_NOON), MONDAY_NOON)

    store.file_emergency(FIRE, MONDAY_NOON)

    told = box(store.engine).claim(MONDAY_NOON, target="news")
    assert told is not None
    assert told.body["conversation"] == "worker-here"
    assert box(store.engine).claim(MONDAY_NOON, target="news") is None


class LossyGrid:
    """Takes or refuses as told, and sometimes takes a ticket while its answer is lost."""

    def __init__(self, fates: list[str]) -> None:
        self._fates = fates
        self.holds: dict[str, str] = {}
        self.order: list[str] = []

    def send(self, delivery: Delivery, now: datetime) -> str:
        fate = self._fates.pop(0) if self._fates else "take"
        if fate == "away":
            raise AWAY
        key = delivery.number if delivery.kind == "file" else delivery.event_id
        if key not in self.holds:
            self.order.append(f"{delivery.number}:{delivery.body.get('event', 'file')}")
        self.holds.setdefault(key, delivery.number)
        if fate == "lost":
            raise AWAY
        return self.holds[key]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    fates=st.lists(st.sampled_from(["take", "away", "lost", "kill"]), max_size=40),
    urged=st.lists(st.integers(0, 2), max_size=5),
)
def test_under_any_failures_nothing_is_lost_doubled_or_out_of_order(
    desk: Desk, fates: list[str], urged: list[int]
) -> None:
    engine = open_engine("sqlite://")
    Table.metadata.create_all(engine)
    store, outbox = TicketStore(engine, desk), box(engine, attempts=200)
    numbers = [store.file(lamp(str(n)), MONDAY_NOON).number for n in range(3)]
    for which in urged:
        store.urge(numbers[which], conversation=ME, now=MONDAY_NOON)
    kills = [fate == "kill" for fate in fates]
    grid, now = LossyGrid([fate for fate in fates if fate != "kill"]), MONDAY_NOON

    while set(outbox.counts()) != {("grid", "delivered")}:
        assert now < MONDAY_NOON + 90 * DAY
        if kills and kills.pop(0):
            outbox.claim(now)  # a worker dies right after claiming
        deliver_next(outbox, "grid", grid, clock=lambda at=now: at)  # type: ignore[misc]
        now += timedelta(hours=4)

    expected = [f"{number}:file" for number in numbers]
    expected += [f"{numbers[which]}:urge" for which in urged]
    assert sorted(grid.order) == sorted(expected)
    for number in numbers:
        mine = [line for line in grid.order if line.startswith(number)]
        assert mine[0] == f"{number}:file"
    assert outbox.counts() == {("grid", "delivered"): len(expected)}
    engine.dispose()
