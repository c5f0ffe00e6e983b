"""A lane: several deliveries under way, outages, and clocks that disagree."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from actions.tickets.errors import GridUnavailableError, TargetError, TargetRejectedError
from actions.tickets.lane import Lane
from actions.tickets.letters import GRID
from actions.tickets.outage import AFTER, ASK_AGAIN_S, Outage
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.retry import RetryPolicy
from actions.tickets.shared_clock import SharedClock
from actions.tickets.store import TicketStore
from actions.tickets.ticket import DeliveryStatus
from tests.tickets.examples import LAMP, ME, MONDAY_NOON, lamp

AWAY = GridUnavailableError("HTTP 503")
HOUR = timedelta(hours=1)


class Grid:
    """Answers when it is let, and counts how many ask at once."""

    def __init__(self, is_away: bool = False) -> None:
        self.is_away = is_away
        self.asked = 0
        self.took: list[str] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self.answers = threading.Event()
        self.answers.set()

    def send(self, delivery: Delivery, now: datetime) -> str:
        with self._lock:
            self.asked += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.answers.wait(10)
        with self._lock:
            self.at_once -= 1
            if self.is_away:
                raise AWAY
            self.took.append(f"{delivery.number}:{delivery.body.get('event', 'file')}")
        return "G-1"


def outbox_of(engine: Engine) -> Outbox:
    return Outbox(engine=engine, policy=RetryPolicy(), chance=lambda: 0.0)


def answering() -> Outage:
    return Outage(failures=0)


def lane_to(grid: Grid, store: TicketStore, clock: Callable[[], datetime], **more: object) -> Lane:
    return Lane(
        outbox=outbox_of(store.engine), target=GRID, carrier=grid, clock=clock,
        **({"outage": answering()} | more),  # type: ignore[arg-type]
    )  # fmt: skip


@contextmanager
def running(lane: Lane) -> Iterator[threading.Event]:
    """Run a lane until the block ends; its own mistakes are raised here."""
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=1) as pool:
        loop = pool.submit(lane.run, stop, 0.01)
        try:
            yield stop
        finally:
            stop.set()
            loop.result(timeout=30)


def wait_for(is_done: Callable[[], bool]) -> None:
    for _ in range(2000):
        if is_done():
            return
        threading.Event().wait(0.01)
    pytest.fail("waited too long")


def noon() -> datetime:
    return MONDAY_NOON


def test_several_tickets_are_under_way_at_once(store: TicketStore) -> None:
    for n in range(6):
        store.file(lamp(f"l{n}"), MONDAY_NOON)
    grid = Grid()
    grid.answers.clear()

    with running(lane_to(grid, store, noon, senders=4)):
        wait_for(lambda: grid.at_once == 4)
        grid.answers.set()
        wait_for(lambda: len(grid.took) == 6)

    assert grid.most_at_once == 4
    assert outbox_of(store.engine).counts() == {(GRID, "delivered"): 6}


def test_updates_never_overtake_their_ticket(store: TicketStore) -> None:
    numbers = [store.file(lamp(f"o{n}"), MONDAY_NOON).number for n in range(4)]
    for number in numbers * 2:
        store.urge(number, conversation=ME, now=MONDAY_NOON)
    grid = Grid()

    with running(lane_to(grid, store, noon)):
        wait_for(lambda: len(grid.took) == 12)

    for number in numbers:
        mine = [line for line in grid.took if line.startswith(number)]
        assert mine == [f"{number}:file", f"{number}:urge", f"{number}:urge"]


def test_what_is_under_way_is_settled_before_the_lane_ends(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    grid = Grid()
    grid.answers.clear()

    with running(lane_to(grid, store, noon)) as stop:
        wait_for(lambda: grid.at_once == 1)
        stop.set()
        grid.answers.set()

    assert outbox_of(store.engine).counts() == {(GRID, "delivered"): 1}


def test_an_absent_grid_is_asked_with_one_delivery_at_a_time(store: TicketStore) -> None:
    for n in range(10):
        store.file(lamp(f"a{n}"), MONDAY_NOON)
    grid = Grid(is_away=True)
    outage = Outage()

    lane = lane_to(grid, store, noon, outage=outage)
    with ThreadPoolExecutor() as pool:
        assert lane.turn(pool)
        wait_for(lambda: grid.asked == 1 and grid.at_once == 0)
        wait_for(lambda: lane.turn(pool) or outage.failures > AFTER)
        assert not lane.turn(pool)

    assert (grid.asked, grid.most_at_once) == (1, 1)


def test_what_waited_for_hours_goes_as_soon_as_the_grid_is_back(store: TicketStore) -> None:
    numbers = [store.file(lamp(f"b{n}"), MONDAY_NOON).number for n in range(5)]
    outbox = outbox_of(store.engine)
    for step in range(3):  # the next try is half an hour away
        while delivery := outbox.claim(MONDAY_NOON + step * HOUR, target=GRID):
            outbox.failed(delivery, MONDAY_NOON + step * HOUR, AWAY)
    soon = MONDAY_NOON + 2 * HOUR + timedelta(seconds=1)
    grid = Grid()

    with running(lane_to(grid, store, lambda: soon, outage=Outage())):
        wait_for(lambda: len(grid.took) == len(numbers))

    assert grid.asked == len(numbers)


def test_asking_before_the_time_costs_no_try(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    outbox = outbox_of(store.engine)
    first = outbox.claim(MONDAY_NOON, target=GRID)
    assert first is not None
    outbox.failed(first, MONDAY_NOON, AWAY)
    planned = store.deliveries(number)[0].next_attempt_at

    for _ in range(20):
        (early,) = outbox.claim_some(MONDAY_NOON, GRID, 1, is_early=True)
        assert outbox.failed(early, MONDAY_NOON, AWAY) is DeliveryStatus.PENDING

    (record,) = store.deliveries(number)
    assert (record.attempts, record.next_attempt_at) == (1, planned)


def test_a_wish_to_wait_outlasts_a_recovery(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    outbox = outbox_of(store.engine)
    delivery = outbox.claim(MONDAY_NOON, target=GRID)
    assert delivery is not None
    outbox.failed(delivery, MONDAY_NOON, GridUnavailableError("HTTP 429", retry_after_s=90))

    outbox.hurry(MONDAY_NOON, GRID)

    seconds = (1, 89, 90)
    found = [
        outbox.has_more(MONDAY_NOON + timedelta(seconds=after), GRID, is_early=True)
        for after in seconds
    ]
    assert found == [False, False, True]


def test_a_clock_that_is_fast_where_people_write_holds_nothing_back(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON + timedelta(minutes=5)).number
    store.urge(number, conversation=ME, now=MONDAY_NOON + timedelta(minutes=6))
    grid = Grid()

    with running(lane_to(grid, store, noon)):
        wait_for(lambda: len(grid.took) == 2)


def test_workers_with_wrong_clocks_agree_on_the_databases(engine: Engine) -> None:
    for minutes in (-5, 0, 5):
        clock = SharedClock(engine, lambda m=minutes: datetime.now(UTC) + timedelta(minutes=m))  # type: ignore[misc]

        assert abs(clock() - datetime.now(UTC)) < timedelta(minutes=1)


@given(st.lists(st.sampled_from(["ok", "away", "refused"])))
def test_only_failures_in_a_row_make_an_outage(fates: list[str]) -> None:
    outage, in_a_row = Outage(failures=0), 0
    errors: dict[str, TargetError] = {"away": AWAY, "refused": TargetRejectedError("HTTP 422")}

    for now, fate in enumerate(fates):
        was_on = outage.is_on
        is_over = outage.note(errors.get(fate), float(now))
        in_a_row = in_a_row + 1 if fate == "away" else 0
        assert outage.is_on == (in_a_row >= AFTER)
        assert is_over == (was_on and fate != "away")


def test_in_an_outage_one_is_sent_and_then_a_pause_is_made() -> None:
    outage = Outage()
    assert outage.allowed(8, 0, 100.0) == 1
    assert outage.allowed(7, 1, 100.0) == 0

    outage.note(AWAY, 100.0)

    assert outage.allowed(8, 0, 100.0 + ASK_AGAIN_S - 0.1) == 0
    assert outage.allowed(8, 0, 100.0 + ASK_AGAIN_S) == 1
    assert ASK_AGAIN_S <= 5


def test_a_target_that_names_a_time_is_not_asked_before() -> None:
    outage = Outage()

    outage.note(GridUnavailableError("HTTP 503", retry_after_s=60), 0.0)

    assert (outage.allowed(8, 0, 59.0), outage.allowed(8, 0, 60.0)) == (0, 1)
