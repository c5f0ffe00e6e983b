"""Whether a target is away: after failures in a row it is asked with one delivery at a time."""

from dataclasses import dataclass

from actions.tickets.errors import TargetError, TargetUnavailableError

AFTER = 5  # failures in a row; fewer are bad luck
ASK_AGAIN_S = 3.0
LONGEST_S = 300.0  # whatever Retry-After said: somebody may have repaired it


@dataclass(slots=True)
class Outage:
    """What one worker knows of one target; a new worker suspects it until it has answered.

    Times are seconds of a monotonic clock.
    """

    failures: int = AFTER
    ask_at: float = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the target seems to be away."""
        return self.failures >= AFTER

    def allowed(self, free: int, in_flight: int, now_s: float) -> int:
        """Return how many more deliveries may be sent now."""
        if not self.is_on:
            return free
        return int(in_flight == 0 and now_s >= self.ask_at)

    def note(self, error: TargetError | None, now_s: float) -> bool:
        """Take in how one delivery went; return whether the outage is over just now."""
        if isinstance(error, TargetUnavailableError):
            self.failures += 1
            wish = min(error.retry_after_s or 0.0, LONGEST_S)
            self.ask_at = max(self.ask_at, now_s + max(ASK_AGAIN_S, wish)) if self.is_on else 0.0
            return False
        was_on, self.failures = self.is_on, 0
        return was_on
