"""Attempts to publish that run beside the answers, one at a time, with their progress."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from threading import Lock, Thread
from typing import Any

from knowledge.errors import BusyError, KnowledgeError
from knowledge.publishing import Attempt, Publishing
from knowledge.record import DocumentRecord

logger = logging.getLogger(__name__)


class State(StrEnum):
    """How far an attempt has come."""

    RUNNING = "running"
    PUBLISHED = "published"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a page shows of an attempt."""

    state: State
    done: int = 0
    total: int = 0
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the progress as JSON values."""
        return asdict(self)


class Attempts:
    """Runs the gate in a thread, so that a page need not wait; forgets all at a restart."""

    def __init__(self, publishing: Publishing) -> None:
        self._publishing = publishing
        self._lock = Lock()
        self._found: dict[str, Progress] = {}

    def begin(self, number: str, *, actor: str, note: str, override: str) -> Progress:
        """Begin to publish a version.

        Raises:
            BusyError: another attempt is running.
        """
        if not self._lock.acquire(blocking=False):
            raise BusyError
        self._found[number] = Progress(state=State.RUNNING)

        def publish() -> Attempt:
            return self._publishing.publish(
                number,
                actor=actor,
                note=note,
                override=override,
                progress=lambda done, total: self._note(number, done=done, total=total),
            )

        Thread(target=self._run_alone, args=(number, publish), daemon=True).start()
        return self._found[number]

    def publish_due(self) -> None:
        """Publish what was approved for a day that has come, and bring the index in line.

        Nothing while an attempt runs: the next time is soon enough.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            desk = self._publishing.desk
            for one in desk.documents.due(desk.clock()):
                self._found[one.number] = Progress(state=State.RUNNING)
                self._run(one.number, partial(self._publish_due, one))
            desk.refresh()
        finally:
            self._lock.release()

    def _publish_due(self, record: DocumentRecord) -> Attempt:
        def progress(done: int, total: int) -> None:
            self._note(record.number, done=done, total=total)

        return self._publishing.publish_due(record, progress)

    def of(self, number: str) -> Progress | None:
        """Return the latest attempt of a version, if there was one since the start."""
        return self._found.get(number)

    def _run_alone(self, number: str, publish: Callable[[], Attempt]) -> None:
        try:
            self._run(number, publish)
        finally:
            self._lock.release()

    def _run(self, number: str, publish: Callable[[], Attempt]) -> None:
        try:
            attempt = publish()
            self._note(number, state=State.PUBLISHED if attempt.is_published else State.BLOCKED)
        except KnowledgeError as error:
            self._note(number, state=State.FAILED, problem=str(error))
        except Exception as error:  # the top of a thread
            logger.exception("publishing %s failed", number)
            self._note(number, state=State.FAILED, problem=type(error).__name__)

    def _note(self, number: str, **changes: Any) -> None:
        self._found[number] = replace(self._found[number], **changes)
