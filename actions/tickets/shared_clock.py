"""The time all workers agree on: the database's, whatever the clocks of their machines say."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from actions.tickets.database import reading

_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
    "postgresql": text("SELECT clock_timestamp()"),
}


class SharedClock:
    """Corrects a clock by its difference to the database's, measured once in a while."""

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime], *, every_s: float = 60
    ) -> None:
        self._engine, self._clock, self._every_s = engine, clock, every_s
        self._difference = timedelta()
        self._measure_at = time.monotonic()

    def __call__(self) -> datetime:
        """Return the present, aware and in UTC."""
        if time.monotonic() >= self._measure_at:
            self._measure_at = time.monotonic() + self._every_s
            self._measure()
        return self._clock() + self._difference

    def _measure(self) -> None:
        try:
            with reading(self._engine) as session:
                found = session.execute(_NOW[self._engine.dialect.name]).scalar_one()
        except OperationalError:  # the database is away; what was measured before still holds
            return
        there = datetime.fromisoformat(found) if isinstance(found, str) else found
        self._difference = there.astimezone(UTC) - self._clock()
