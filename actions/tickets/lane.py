"""The way to one target: several deliveries under way at once, each ticket's own in order."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import OperationalError

from actions.tickets.errors import TargetError
from actions.tickets.outage import Outage
from actions.tickets.outbox import Delivery, Outbox, Sent
from actions.tickets.ticket import DeliveryStatus

logger = logging.getLogger(__name__)

GATHER_S = 0.01
_LEVELS = {DeliveryStatus.DEAD: logging.ERROR, DeliveryStatus.PENDING: logging.WARNING}


class Carrier(Protocol):
    """Whoever carries one claimed delivery to its target; several threads use it at once."""

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Return the other side's id, if it gives one.

        Raises:
            TargetError: It did not arrive.
        """
        ...


@dataclass(slots=True, kw_only=True)
class Lane:
    """Carries the deliveries of one target; only ``run`` and ``turn`` of one thread touch it."""

    outbox: Outbox
    target: str
    carrier: Carrier
    clock: Callable[[], datetime]
    system: str = ""
    senders: int = 8
    outage: Outage = field(default_factory=Outage)
    _under_way: set[Future[tuple[Sent, float]]] = field(default_factory=set)
    _back: list[tuple[Sent, float]] = field(default_factory=list)  # sent, not yet settled

    def run(self, stop: threading.Event, pause_s: float) -> None:
        """Carry until told to stop; what is being sent then is finished and settled."""
        name = f"send-{self.target}"
        with ThreadPoolExecutor(max_workers=self.senders, thread_name_prefix=name) as pool:
            while not stop.is_set():
                had_any = self._turn_or_wait(pool)
                if self._under_way:
                    wait(self._under_way, timeout=pause_s, return_when=FIRST_COMPLETED)
                    wait(self._under_way, timeout=GATHER_S)  # one transaction for several
                elif not had_any:
                    stop.wait(pause_s)
            wait(self._under_way)
            self._collect()
            self._settle()

    def _turn_or_wait(self, pool: ThreadPoolExecutor) -> bool:
        try:
            return self.turn(pool)
        except OperationalError as error:  # the database is away for a moment
            logger.warning("database: %s", type(error.orig).__name__)
            return False

    def turn(self, pool: ThreadPoolExecutor) -> bool:
        """Settle what has come back and send what is due; return whether there was anything."""
        self._collect()
        has_settled = self._settle()
        free = self.senders - len(self._under_way)
        limit = self.outage.allowed(free, len(self._under_way), time.monotonic())
        claimed = self.outbox.claim_some(
            self.clock(), self.target, limit, is_early=self.outage.is_on
        )
        self._under_way |= {pool.submit(self._send, delivery) for delivery in claimed}
        return bool(claimed) or has_settled

    def _send(self, delivery: Delivery) -> tuple[Sent, float]:
        began = time.perf_counter()
        try:
            external_id = self.carrier.send(delivery, self.clock())
        except TargetError as error:
            sent = Sent(delivery=delivery, error=error)
        else:
            sent = Sent(delivery=delivery, external_id=external_id, system=self.system)
        return sent, (time.perf_counter() - began) * 1000

    def _collect(self) -> None:
        done = {future for future in self._under_way if future.done()}
        self._under_way -= done
        mistakes = [error for future in done if (error := future.exception()) is not None]
        self._back += [future.result() for future in done if future.exception() is None]
        if mistakes:
            self._settle()
            raise mistakes[0]

    def _settle(self) -> bool:
        if not self._back:
            return False
        now, back = self.clock(), list(self._back)
        statuses = self.outbox.settle([sent for sent, _ in back], now)
        self._back.clear()
        is_over = False
        for (sent, took_ms), status in zip(back, statuses, strict=True):
            is_over |= self.outage.note(sent.error, time.monotonic())
            log_delivery(sent.delivery, status, took_ms)
        if is_over:
            hurried = self.outbox.hurry(now, self.target)
            logger.info("back target=%s waiting=%d", self.target, hurried)
        return True


def log_delivery(delivery: Delivery, status: DeliveryStatus, took_ms: float) -> None:
    """Write the one line of a delivery."""
    logger.log(
        _LEVELS.get(status, logging.INFO),
        "delivery target=%s kind=%s number=%s attempt=%d %s ms=%d",
        delivery.target, delivery.kind, delivery.number, delivery.attempts, status, took_ms,
    )  # fmt: skip
