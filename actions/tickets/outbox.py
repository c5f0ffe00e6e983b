"""The outbox (转派): deliveries are claimed with a lease, sent, and settled.

A row that was claimed by a killed worker comes back when its lease runs out. Rows of one
stream (ticket and target) go out in the order they were written.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from actions.tickets import due
from actions.tickets.database import reading, writing
from actions.tickets.errors import TargetError, TargetUnavailableError
from actions.tickets.letters import AT_ONCE, FILE, GRID
from actions.tickets.models import DeliveryRow, TicketRow
from actions.tickets.retry import LONGEST_S, RetryPolicy
from actions.tickets.rows import DeliveryRecord, delivery_from
from actions.tickets.ticket import DeliveryStatus

MANY = 500  # ids in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One claimed delivery; ``lease`` proves that it is still this worker's."""

    id: int
    event_id: str
    number: str
    target: str
    kind: str
    body: dict[str, Any]
    attempts: int
    lease: str
    is_early: bool = False  # asked before its time, to see whether the target is back


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How the sending of a claimed delivery went."""

    delivery: Delivery
    error: TargetError | None = None
    external_id: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What is still to be told to other systems; any number of workers may share it."""

    engine: Engine
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    lease: timedelta = timedelta(seconds=60)
    chance: Callable[[], float] = random.random

    def claim(self, now: datetime, *, target: str | None = None) -> Delivery | None:
        """Return the next due delivery, leased to the caller, or None."""
        with writing(self.engine) as session:
            return next(iter(self._claim(session, now, target, 1)), None)

    def claim_some(
        self, now: datetime, target: str, limit: int, *, is_early: bool = False
    ) -> list[Delivery]:
        """Return due deliveries, of different streams, leased to the caller.

        Args:
            now: The time the workers agree on.
            target: Whose deliveries.
            limit: At most so many.
            is_early: If none is due, take one that waits for its next try; that is not counted.
        """
        if limit < 1:
            return []
        may_lock = self.engine.dialect.name != "sqlite"  # there a look keeps nobody away
        if not (may_lock or self.has_more(now, target, is_early=is_early)):
            return []
        with writing(self.engine) as session:
            claimed = self._claim(session, now, target, limit)
            if claimed or not is_early:
                return claimed
            rows = session.scalars(due.waiting(now, target)).all()
            return [self._leased(row, now, is_early=True) for row in rows]

    def has_more(self, now: datetime, target: str, *, is_early: bool = False) -> bool:
        """Return whether something could be claimed; changes and locks nothing."""
        queries = [due.expired(now, target), due.pending(now, target, 1)]
        queries += [due.waiting(now, target)] if is_early else []
        with reading(self.engine) as session:
            return any(session.scalars(query.limit(1)).first() for query in queries)

    def _claim(
        self, session: Session, now: datetime, target: str | None, limit: int
    ) -> list[Delivery]:
        claimed: list[Delivery] = []
        rows = self._due(session, now, target, limit)
        while rows and len(claimed) < limit:
            for row in rows:
                if row.attempts < self.policy.max_attempts:
                    claimed.append(self._leased(row, now))
                else:
                    _settle(row, DeliveryStatus.DEAD, now)  # it outlived its workers too often
            session.flush()
            rows = self._due(session, now, target, limit - len(claimed))
        return claimed

    def _due(
        self, session: Session, now: datetime, target: str | None, limit: int
    ) -> Sequence[DeliveryRow]:
        if limit < 1:
            return []
        lost = session.scalars(due.locked(due.expired(now, target).limit(limit))).all()
        query = due.locked(due.pending(now, target, limit - len(lost)))
        return [*lost, *session.scalars(query).all()] if len(lost) < limit else lost

    def _leased(self, row: DeliveryRow, now: datetime, *, is_early: bool = False) -> Delivery:
        row.status = due.SENDING
        row.attempts += not is_early
        row.lease, row.lease_until = uuid4().hex, now + self.lease
        return Delivery(
            id=row.id,
            event_id=row.event_id,
            number=row.number,
            target=row.target,
            kind=row.kind,
            body=row.payload,
            attempts=row.attempts,
            lease=row.lease,
            is_early=is_early,
        )

    def delivered(
        self, delivery: Delivery, now: datetime, *, external_id: str = "", system: str = ""
    ) -> bool:
        """Settle a delivery that arrived; False if the lease was lost and it is another's now."""
        sent = Sent(delivery=delivery, external_id=external_id, system=system)
        return self.settle([sent], now) == [DeliveryStatus.DELIVERED]

    def failed(self, delivery: Delivery, now: datetime, error: TargetError) -> DeliveryStatus:
        """Plan the next try of a delivery that did not arrive, or bury it; return which."""
        return self.settle([Sent(delivery=delivery, error=error)], now)[0]

    def settle(self, sent: Sequence[Sent], now: datetime) -> list[DeliveryStatus]:
        """Write down how deliveries went; return what became of each, in order.

        ``SENDING`` means that the lease was lost and it is another worker's now.
        """
        ids = sorted(one.delivery.id for one in sent)
        query = select(DeliveryRow).where(DeliveryRow.id.in_(ids)).order_by(DeliveryRow.id)
        with writing(self.engine) as session:
            rows = {row.id: row for row in session.scalars(query.with_for_update())}
            statuses = [self._settled(rows.get(one.delivery.id), one, now) for one in sent]
            _bear_numbers(session, list(zip(sent, statuses, strict=True)))
            return statuses

    def _settled(self, row: DeliveryRow | None, sent: Sent, now: datetime) -> DeliveryStatus:
        is_held = row is not None and row.lease == sent.delivery.lease
        if row is None or not is_held or row.status != due.SENDING:
            return DeliveryStatus.SENDING
        if sent.error is not None:
            return self._again(row, sent.delivery, sent.error, now)
        _settle(row, DeliveryStatus.DELIVERED, now)
        row.last_error = ""
        return DeliveryStatus.DELIVERED

    def _again(
        self, row: DeliveryRow, delivery: Delivery, error: TargetError, now: datetime
    ) -> DeliveryStatus:
        row.last_error = str(error)[:500]
        pause = self._pause(row.attempts, error)
        if pause is None and not (delivery.is_early and _is_away(error)):
            _settle(row, DeliveryStatus.DEAD, now)
            return DeliveryStatus.DEAD
        row.status, row.lease, row.lease_until = due.PENDING, "", None
        if isinstance(error, TargetUnavailableError) and error.retry_after_s:
            wish = timedelta(seconds=min(error.retry_after_s, LONGEST_S))
            row.not_before = now + wish
        if pause is not None and not delivery.is_early:
            row.next_attempt_at = now + pause
        return DeliveryStatus.PENDING

    def _pause(self, attempts: int, error: TargetError) -> timedelta | None:
        if not isinstance(error, TargetUnavailableError):
            return None
        if error.tries is not None and attempts >= error.tries:
            return None
        return self.policy.pause(
            max(attempts, 1), chance=self.chance(), retry_after_s=error.retry_after_s
        )

    def hurry(self, now: datetime, target: str) -> int:
        """Make due what waits for its next try, now that the target is back; return how many.

        What the target asked to wait for (``Retry-After``) goes on waiting.
        """
        rows = due.locked(due.late(now, target)).with_only_columns(DeliveryRow.id)
        wish = case((DeliveryRow.not_before > now, DeliveryRow.not_before), else_=AT_ONCE)
        with writing(self.engine) as session:
            ids = session.scalars(rows).all()
            for start in range(0, len(ids), MANY):
                some = DeliveryRow.id.in_(ids[start : start + MANY])
                session.execute(update(DeliveryRow).where(some).values(next_attempt_at=wish))
            return len(ids)

    def requeue(self, now: datetime, *, number: str = "", delivery_id: int | None = None) -> int:
        """Give dead deliveries (of one ticket, or one delivery) all their tries again."""
        query = select(DeliveryRow).where(DeliveryRow.status == due.DEAD).with_for_update()
        if number:
            query = query.where(DeliveryRow.number == number)
        if delivery_id is not None:
            query = query.where(DeliveryRow.id == delivery_id)
        with writing(self.engine) as session:
            rows = session.scalars(query).all()
            for row in rows:
                row.status, row.attempts, row.next_attempt_at = due.PENDING, 0, AT_ONCE
                row.settled_at = row.not_before = None
            return len(rows)

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many deliveries there are by target and status."""
        query = select(DeliveryRow.target, DeliveryRow.status, func.count()).group_by(
            DeliveryRow.target, DeliveryRow.status
        )
        with reading(self.engine) as session:
            return {(target, status): count for target, status, count in session.execute(query)}

    def dead(self, limit: int = 100) -> list[DeliveryRecord]:
        """Return the deliveries an operator has to look at, newest first."""
        query = (
            select(DeliveryRow)
            .where(DeliveryRow.status == due.DEAD)
            .order_by(DeliveryRow.id.desc())
            .limit(limit)
        )
        with reading(self.engine) as session:
            return [delivery_from(row) for row in session.scalars(query)]


def _bear_numbers(session: Session, settled: Sequence[tuple[Sent, DeliveryStatus]]) -> None:
    """Give tickets that arrived at the grid system the number they have there."""
    rows = [
        {"of": sent.delivery.number, "their": sent.external_id, "system": sent.system}
        for sent, status in settled
        if status is DeliveryStatus.DELIVERED
        and (sent.delivery.kind, sent.delivery.target) == (FILE, GRID)
    ]
    if rows:
        tickets = TicketRow.__table__
        bears = update(tickets).where(tickets.c.number == bindparam("of"))  # type: ignore[arg-type]
        values: dict[str, Any] = {
            "external_id": bindparam("their"),
            "external_system": bindparam("system"),
        }
        session.execute(bears.values(values), sorted(rows, key=lambda row: row["of"]))


def _is_away(error: TargetError) -> bool:
    return isinstance(error, TargetUnavailableError) and error.tries is None


def _settle(row: DeliveryRow, status: DeliveryStatus, now: datetime) -> None:
    row.status, row.settled_at = status.value, now
    row.lease, row.lease_until = "", None
