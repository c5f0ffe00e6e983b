"""The delivery worker: empties the outbox, closes answered tickets, asks the grid for news.

Any number of workers may run: they share the outbox by leases.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy.exc import OperationalError

from actions.tickets.bursts import watch
from actions.tickets.caretaker import (
    close_answered,
    escalate_overdue,
    poll,
    warn_due_soon,
    warn_unanswered,
)
from actions.tickets.erasure import delete_media, erase_expired
from actions.tickets.errors import TargetError
from actions.tickets.gateway import HttpNewsroom
from actions.tickets.grid import Grid
from actions.tickets.inbound import GridInbox
from actions.tickets.lane import Carrier, Lane, log_delivery
from actions.tickets.letters import GRID, NEWS
from actions.tickets.outbox import Outbox
from actions.tickets.retry import RetryPolicy
from actions.tickets.settings import Settings
from actions.tickets.shared_clock import SharedClock
from actions.tickets.store import TicketStore, open_store
from actions.tickets.targets import open_targets
from actions.tickets.ticket import DeliveryStatus

logger = logging.getLogger(__name__)

CARE_PAUSE_S = 20.0


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
    log_delivery(delivery, status, (time.perf_counter() - began) * 1000)
    return True


class DeliveryWorker:
    """Carries deliveries until it is stopped; grid and news do not wait for each other.

    ``clock`` should be one that all workers share: leases and signatures go by it.
    """

    def __init__(
        self,
        settings: Settings,
        store: TicketStore,
        grids: Mapping[str, Grid],
        newsroom: Carrier,
        *,
        clock: Callable[[], datetime] = utc_now,
        policy: RetryPolicy | None = None,
    ) -> None:
        self._settings, self._store, self._grids, self._newsroom = settings, store, grids, newsroom
        self._clock = clock
        self._outbox = Outbox(
            engine=store.engine,
            policy=policy or RetryPolicy(max_attempts=settings.max_attempts),
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
        lanes = [
            *(self._lane(target, grid, grid.system) for target, grid in self._grids.items()),
            self._lane(NEWS, self._newsroom),
        ]
        with ThreadPoolExecutor(max_workers=len(lanes) + 1, thread_name_prefix="lane") as pool:
            loops = [pool.submit(lane.run, self._stop, self._settings.poll_s) for lane in lanes]
            loops.append(pool.submit(self._take_care))
            wait(loops, return_when=FIRST_EXCEPTION)
            self.stop()
        for loop in loops:
            loop.result()

    def _lane(self, target: str, carrier: Carrier, system: str = "") -> Lane:
        return Lane(
            outbox=self._outbox,
            target=target,
            carrier=carrier,
            clock=self._clock,
            system=system,
            senders=self._settings.senders,
        )

    def _take_care(self) -> None:
        pause_s = min(CARE_PAUSE_S, self._settings.grid_poll_s or CARE_PAUSE_S)
        while not self._stop.is_set():
            try:
                self._care()
            except OperationalError as error:  # the database is away for a moment
                logger.warning("database: %s", type(error.orig).__name__)
            self._stop.wait(pause_s)

    def _care(self) -> None:
        close_answered(self._store, self._clock())
        warn_due_soon(self._store, self._clock())
        warn_unanswered(self._store, self._clock())
        escalate_overdue(self._store, self._clock())
        watch(self._store, self._clock())
        delete_media(self._settings.home, erase_expired(self._store, self._clock()))
        if self._settings.grid_poll_s and time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + self._settings.grid_poll_s
            try:
                poll(self._store, self._grids[GRID], self._inbox, self._clock())
            except TargetError as error:
                logger.warning("poll: %s", error)


def _limits(settings: Settings) -> httpx.Limits:
    lanes = max(1, len(settings.grid_urls)) + 1
    return httpx.Limits(max_connections=None, max_keepalive_connections=lanes * settings.senders)


def run(settings: Settings) -> None:
    """Deliver until SIGTERM or SIGINT."""
    with ExitStack() as stack:
        client = stack.enter_context(
            httpx.Client(
                timeout=settings.grid_timeout_s, limits=_limits(settings), trust_env=False
            )
        )
        store = open_store(settings)
        stack.callback(store.engine.dispose)
        newsroom = HttpNewsroom(client, settings.gateway_url, settings.internal_token)
        worker = DeliveryWorker(
            settings,
            store,
            open_targets(settings, client, store),
            newsroom,
            clock=SharedClock(store.engine, utc_now),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        logger.info("delivering to %s", ", ".join(settings.grid_urls) or "nobody")
        worker.run()
        logger.info("stopped")
