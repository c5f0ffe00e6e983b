"""The processes of ``bench.faults`` that file and deliver, with clocks that may be wrong."""

import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from actions.tickets.database import open_engine
from actions.tickets.deliver import DeliveryWorker
from actions.tickets.desk import Desk
from actions.tickets.grid import HttpGrid
from actions.tickets.letters import GRID
from actions.tickets.outbox import Delivery
from actions.tickets.retry import RetryPolicy
from actions.tickets.settings import Settings
from actions.tickets.shared_clock import SharedClock
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
URGED_EACH = 5  # every fifth ticket is urged twice, so that there is an order to keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """One process that files its share of tickets and writes down each number it was told."""

    name: str
    database_url: str
    told: Path
    count: int
    skew_s: float = 0.0
    pause_s: float = 0.0
    threads: int = 4

    def run(self) -> None:
        """File what was not told yet; a killed filer's messages simply come again."""
        store = TicketStore(open_engine(self.database_url), Desk())
        done = set(told_by(self.told))
        left = [n for n in range(self.count) if origin_of(self.name, n) not in done]
        with self.told.open("ab", buffering=0) as told, ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda n: self._file(store, n, told.fileno()), left))
        store.close()

    def _file(self, store: TicketStore, n: int, told: int) -> None:
        time.sleep(self.pause_s)
        now = datetime.now(UTC) + timedelta(seconds=self.skew_s)
        origin = origin_of(self.name, n)
        ticket = store.file(complaint(origin), now)
        os.write(told, f"{origin} {ticket.number} {time.time()}\n".encode())
        if n % URGED_EACH == 0:
            for _ in range(2):
                store.urge(ticket.number, conversation=origin, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """One delivery worker; ``policy`` shortens the pauses where hours would be waited."""

    home: Path
    database_url: str
    grid_url: str
    skew_s: float = 0.0
    senders: int = 8
    lease_s: float = 60.0
    timeout_s: float = 1.0
    policy: RetryPolicy | None = None

    def run(self) -> None:
        """Deliver until killed."""
        logging.disable(logging.CRITICAL)
        settings = Settings(
            home=self.home, database_url=self.database_url, grid_urls=(self.grid_url,),
            grid_secret=SECRET, lease_s=self.lease_s, senders=self.senders, grid_poll_s=0,
        )  # fmt: skip
        store = TicketStore(open_engine(self.database_url), Desk())
        with httpx.Client(timeout=self.timeout_s, trust_env=False) as client:
            grid = HttpGrid(client, self.grid_url, SECRET)
            clock = SharedClock(store.engine, self._clock)
            worker = DeliveryWorker(
                settings, store, {GRID: grid}, _Nobody(), clock=clock, policy=self.policy
            )
            worker.run()

    def _clock(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.skew_s)


class _Nobody:
    """Hears the news."""

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Take it."""
        return ""


def complaint(origin: str) -> Complaint:
    """Return the complaint of one message; its origin stands in the words, to be found again."""
    return Complaint(
        category="FAC-01",
        description=f"三楼楼道灯坏了三天没人修，晚上看不见路 {origin}",
        place=Place(building="3栋", unit="2单元"),
        reporter=Reporter(conversation=origin, channel="web"),
        origin=origin,
    )


def origin_of(name: str, n: int) -> str:
    """Return the id of a filer's n-th message."""
    return f"{name}n{n}e"


def told_by(path: Path) -> dict[str, tuple[str, float]]:
    """Return the numbers that were told, by origin, each with the moment it was told."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    rows = [line.split() for line in lines]
    return {row[0]: (row[1], float(row[2])) for row in rows if len(row) == 3}
