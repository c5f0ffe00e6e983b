"""The delivery worker: empties the outbox, closes answered tickets, asks the grid for news.

Any number of workers may run: they share the outbox by leases.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
from sqlalchemy.exc import OperationalError

from actions.tickets.caretaker import close_answered, escalate_overdue, poll
from actions.tickets.errors import SettingsError, TargetError
from actions.tickets.gateway import HttpNewsroom
from actions.tickets.grid import Grid, HttpGrid, NullGrid
from actions.tickets.inbound import GridInbox
from actions.tickets.letters import GRID, NEWS
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.retry import RetryPolicy
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore, open_store
from actions.tickets.ticket import DeliveryStatus

logger = logging.getLogger(__name__)

CARE_PAUSE_S = 20.0
_LEVELS = {DeliveryStatus.DEAD: logging.ERROR, DeliveryStatus.PENDING: logging.WARNING}


class Carrier(Protocol):
    """Whoever carries one claimed delivery to its target."""

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Return the other side's id, if it gives one.

        Raises:
            TargetError: It did not arrive.
        """
        ...


def utc_now() -> datetime:
    """Return the present time; the only clock of the worker."""
    return datetime.now(UTC)


def deliver_next(
    outbox: Outbox,
    target: str,
    carrier: Carrier,
    *,
    system: str = "",
    clock: Callable[[], datetime] = utc_now,
) -> bool:
    """Carry the next due delivery of a target; return whether there was one."""
    delivery = outbox.claim(clock(), target=target)
    if delivery is None:
        return False
    began = time.perf_counter()
    try:
        external_id = carrier.send(delivery, clock())
    except TargetError as error:
        status = outbox.failed(delivery, clock(), error)
    else:
        outbox.delivered(delivery, clock(), external_id=external_id, system=system)
        status = DeliveryStatus.DELIVERED
    logger.log(
        _LEVELS.get(status, logging.INFO),
        "delivery target=%s kind=%s number=%s attempt=%d %s ms=%d",
        target, delivery.kind, delivery.number, delivery.attempts, status,
        (time.perf_counter() - began) * 1000,
    )  # fmt: skip
    return True


def open_grid(settings: Settings, client: httpx.Client) -> Grid:
    """Return the grid system of the settings, or none.

    Raises:
        SettingsError: There is an address but no secret to sign with.
    """
    if not settings.grid_url:
        return NullGrid()
    if not settings.grid_secret:
        raise SettingsError("LINLI_GRID_SECRET is missing, and LINLI_GRID_URL is set")
    return HttpGrid(client, settings.grid_url, settings.grid_secret)


class DeliveryWorker:
    """Carries deliveries until it is stopped; grid and news do not wait for each other."""

    def __init__(
        self, settings: Settings, store: TicketStore, grid: Grid, newsroom: Carrier
    ) -> None:
        self._settings, self._store, self._grid, self._newsroom = settings, store, grid, newsroom
        self._outbox = Outbox(
            engine=store.engine,
            policy=RetryPolicy(max_attempts=settings.max_attempts),
            lease=timedelta(seconds=settings.lease_s),
        )
        self._inbox = GridInbox(store, settings.grid_secret)
        self._stop = threading.Event()
        self._next_poll = 0.0

    def stop(self) -> None:
        """Finish what is being sent, and claim nothing more."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped; an error of our own ends the whole worker, not a part of it."""
        with ThreadPoolExecutor(max_workers=3, thread_name_prefix="deliver") as pool:
            loops = [
                pool.submit(self._loop, self._carry_grid, self._settings.poll_s),
                pool.submit(self._loop, self._carry_news, self._settings.poll_s),
                pool.submit(self._loop, self._care, min(CARE_PAUSE_S, self._poll_pause_s())),
            ]
            wait(loops, return_when=FIRST_EXCEPTION)
            self.stop()
        for loop in loops:
            loop.result()

    def _loop(self, work: Callable[[], bool], pause_s: float) -> None:
        while not self._stop.is_set():
            try:
                has_more = work()
            except OperationalError as error:  # the database is away for a moment
                logger.warning("database: %s", type(error.orig).__name__)
                has_more = False
            if not has_more:
                self._stop.wait(pause_s)

    def _carry_grid(self) -> bool:
        return deliver_next(self._outbox, GRID, self._grid, system=self._grid.system)

    def _carry_news(self) -> bool:
        return deliver_next(self._outbox, NEWS, self._newsroom)

    def _care(self) -> bool:
        close_answered(self._store, utc_now())
        escalate_overdue(self._store, utc_now())
        if self._settings.grid_poll_s and time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + self._settings.grid_poll_s
            try:
                poll(self._store, self._grid, self._inbox, utc_now())
            except TargetError as error:
                logger.warning("poll: %s", error)
        return False

    def _poll_pause_s(self) -> float:
        return self._settings.grid_poll_s or CARE_PAUSE_S


def run(settings: Settings) -> None:
    """Deliver until SIGTERM or SIGINT."""
    with ExitStack() as stack:
        client = stack.enter_context(
            httpx.Client(timeout=settings.grid_timeout_s, trust_env=False)
        )
        store = open_store(settings)
        stack.callback(store.engine.dispose)
        newsroom = HttpNewsroom(client, settings.gateway_url, settings.internal_token)
        worker = DeliveryWorker(settings, store, open_grid(settings, client), newsroom)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        logger.info("delivering, grid=%s", settings.grid_url or "none")
        worker.run()
        logger.info("stopped")
