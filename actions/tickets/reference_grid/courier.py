"""Carries events from the outbox to the gateway, and tries again until they are taken."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session, aliased, sessionmaker

from actions.tickets.reference_grid.database import GridEvent
from actions.tickets.reference_grid.settings import Settings
from actions.tickets.reference_grid.signature import sign

logger = logging.getLogger(__name__)

AGAIN = frozenset({408, 425, 429})  # these and 5xx are worth another try; other refusals are not
GROWTH, STEPS, LONGEST = 3, 8, timedelta(hours=1)
ATTEMPTS = 40  # about a day and a half


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt."""

    settled: bool = False
    retry: bool = False
    reason: str = ""
    retry_after: timedelta | None = None


class Courier:
    """Sends what is due, one ticket's events in the order they happened."""

    def __init__(self, engine: Engine, client: httpx.Client, settings: Settings) -> None:
        self._read = sessionmaker(engine)
        self._write = sessionmaker(engine.execution_options(immediate=True))
        self._client, self._settings = client, settings

    def deliver_due(self, now: datetime) -> int:
        """Return how many events were tried; whatever fails stays for a later time."""
        with self._read() as session:
            due = [(event.id, event.number) for event in _due(session, now)]
        for event_id, _ in due:
            self._deliver(event_id, now)
        return len(due)

    def retry_now(self, number: str, now: datetime) -> None:
        """Make a ticket's unsettled events due again, dead ones included."""
        query = select(GridEvent).where(GridEvent.number == number, GridEvent.settled_at.is_(None))
        with self._write.begin() as session:
            for event in session.scalars(query):
                event.next_attempt_at, event.attempts = now, 0

    def _deliver(self, event_id: int, now: datetime) -> None:
        with self._read() as session:
            event = session.get_one(GridEvent, event_id)
        started = time.monotonic()
        outcome = self._send(event, now)
        with self._write.begin() as session:
            _settle(
                session.get_one(GridEvent, event_id), outcome, now, self._settings.first_retry_s
            )
        level = logging.INFO if outcome.settled else logging.WARNING
        took_ms = int((time.monotonic() - started) * 1000)
        logger.log(level, "event %s %s %d ms", event.number, outcome.reason or "taken", took_ms)

    def _send(self, event: GridEvent, now: datetime) -> Outcome:
        body = event.body.encode()
        headers = sign(self._settings.secret, message_id=event.message_id, now=now, body=body)
        headers["content-type"] = "application/json"
        url = f"{self._settings.gateway_url}/api/grid/events"
        try:
            answer = self._client.post(url, content=body, headers=headers)
        except httpx.TransportError as error:
            return Outcome(retry=True, reason=type(error).__name__)
        return judge(answer)


def judge(answer: httpx.Response) -> Outcome:
    """Return what the gateway's answer means for the event."""
    if answer.is_success or _was_taken_before(answer):
        return Outcome(settled=True)
    reason = f"HTTP {answer.status_code}"
    if answer.status_code in AGAIN or answer.status_code >= 500:
        return Outcome(retry=True, reason=reason, retry_after=_retry_after(answer))
    return Outcome(reason=reason)


def _was_taken_before(answer: httpx.Response) -> bool:
    """Return whether only our copy of the answer had been lost."""
    if answer.status_code != 409:
        return False
    try:
        problem = answer.json()
    except ValueError:
        return False
    return isinstance(problem, dict) and str(problem.get("type", "")).endswith("replayed")


def _retry_after(answer: httpx.Response) -> timedelta | None:
    value = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(value), 3600)) if value.isdecimal() else None


def _due(session: Session, now: datetime) -> Sequence[GridEvent]:
    earlier = aliased(GridEvent)
    waits = exists().where(
        earlier.number == GridEvent.number,
        earlier.id < GridEvent.id,
        earlier.next_attempt_at.is_not(None),
    )
    query = select(GridEvent).where(GridEvent.next_attempt_at <= now, ~waits)
    return session.scalars(query.order_by(GridEvent.id).limit(50)).all()


def _settle(event: GridEvent, outcome: Outcome, now: datetime, first_retry_s: float) -> None:
    event.attempts += 1
    event.last_error = outcome.reason
    if outcome.settled:
        event.settled_at, event.next_attempt_at = now, None
    elif not outcome.retry or event.attempts >= ATTEMPTS:
        event.next_attempt_at = None
        logger.error("event %s is dead: %s", event.number, outcome.reason)
    else:
        growth = GROWTH ** min(event.attempts - 1, STEPS)
        pause = min(timedelta(seconds=first_retry_s * growth), LONGEST)
        event.next_attempt_at = now + max(pause, outcome.retry_after or timedelta())


class CourierLoop:
    """Runs a courier in a thread of its own; ``wake`` makes it look at once."""

    def __init__(self, courier: Courier, *, clock: Callable[[], datetime], pause_s: float) -> None:
        self._courier, self._clock, self._pause_s = courier, clock, pause_s
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="grid-courier", daemon=True)

    def start(self) -> None:
        """Begin delivering."""
        self._thread.start()

    def wake(self) -> None:
        """Look for due events now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the attempt under way and end."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                while self._courier.deliver_due(self._clock()) and not self._stopping.is_set():
                    pass
            except Exception:  # the top of this thread: one bad moment must not end deliveries
                logger.exception("the courier stumbled and goes on")
            self._wake.wait(self._pause_s)
