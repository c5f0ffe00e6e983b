"""Counts wrong codes, so that eight digits cannot be found by trying."""

from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
FROM_ONE = 10
FROM_ALL = 200  # in ten minutes: a two-millionth of all codes


class Guesses:
    """Wrong codes of the last ten minutes by caller; in memory, the gateway is one process."""

    def __init__(self) -> None:
        self._wrong: deque[tuple[datetime, str]] = deque()

    def is_too_many(self, caller: str, now: datetime) -> bool:
        """Return whether ``caller``, or all together, have guessed too often."""
        while self._wrong and self._wrong[0][0] < now - WINDOW:
            self._wrong.popleft()
        own = sum(who == caller for _, who in self._wrong)
        return own >= FROM_ONE or len(self._wrong) >= FROM_ALL

    def note(self, caller: str, now: datetime) -> None:
        """Note a wrong code."""
        self._wrong.append((now, caller))
