"""Publishes on its day what was approved before; beside the answers, in a thread of its own."""

import logging
from threading import Event, Thread

from knowledge.attempts import Attempts

logger = logging.getLogger(__name__)
PAUSE_S = 60.0


class Timetable:
    """Looks every minute whether a day has come, and at the start, for days that were missed."""

    def __init__(self, attempts: Attempts, *, pause_s: float = PAUSE_S) -> None:
        self._attempts, self._pause_s = attempts, pause_s
        self._is_over = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def publish_due(self) -> None:
        """Publish what is due; what is not published for a fault is due the next time too."""
        try:
            self._attempts.publish_due()
        except Exception:  # the top of a thread
            logger.exception("what is due could not be looked at")

    def _run(self) -> None:
        while True:
            self.publish_due()
            if self._is_over.wait(self._pause_s):
                return
