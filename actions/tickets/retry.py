"""When a failed delivery is tried again: the policy alone, no clock and no chance of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SCHEDULE_S = (0, 5, 300, 1800, 7200, 18000, 36000)
LONGEST_S = 24 * 3600  # nobody may ask us to wait longer


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Waits longer after each failure, with jitter, and gives up in the end.

    Source: Standard Webhooks, "Deliverability": 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h.
    """

    max_attempts: int = 12
    schedule_s: tuple[float, ...] = SCHEDULE_S  # before the first try, the second, …
    jitter: float = 0.2  # at most this share longer; never shorter than the schedule

    def pause(
        self, attempts: int, *, chance: float, retry_after_s: float | None = None
    ) -> timedelta | None:
        """Return how long to wait after the ``attempts``-th failure, or None to give up.

        Args:
            attempts: Tries made so far, at least 1.
            chance: Between 0 and 1, spreads deliveries that failed together.
            retry_after_s: Seconds the target asked for; waited at least, up to a day.
        """
        if attempts >= self.max_attempts:
            return None
        last = len(self.schedule_s) - 1
        planned = self.schedule_s[min(attempts, last)] * (1 + self.jitter * chance)
        return timedelta(seconds=max(planned, min(retry_after_s or 0, LONGEST_S)))


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for, or None if it says nothing usable.

    Source: RFC 9110, section 10.2.3: seconds or an HTTP date.
    """
    bare = value.strip()
    if bare.isdecimal():
        return float(bare)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
