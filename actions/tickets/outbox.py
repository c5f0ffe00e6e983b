"""The outbox (转派): deliveries are claimed with a lease, sent, and settled.

A row that was claimed by a killed worker comes back when its lease runs out. Rows of one
stream (ticket and target) go out in the order they were written.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from actions.tickets.database import reading, writing
from actions.tickets.errors import TargetError, TargetUnavailableError
from actions.tickets.letters import FILE
from actions.tickets.models import DeliveryRow, TicketRow
from actions.tickets.retry import RetryPolicy
from actions.tickets.rows import DeliveryRecord, delivery_from
from actions.tickets.ticket import DeliveryStatus

_PENDING, _SENDING = DeliveryStatus.PENDING.value, DeliveryStatus.SENDING.value
_DELIVERED, _DEAD = DeliveryStatus.DELIVERED.value, DeliveryStatus.DEAD.value


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
            while row := session.scalars(_next_due(now, target)).first():
                if row.attempts < self.policy.max_attempts:
                    return self._leased(row, now)
                _settle(row, DeliveryStatus.DEAD, now)  # it outlived its workers too often
                session.flush()
        return None

    def _leased(self, row: DeliveryRow, now: datetime) -> Delivery:
        row.status = _SENDING
        row.attempts += 1
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
        )

    def delivered(
        self, delivery: Delivery, now: datetime, *, external_id: str = "", system: str = ""
    ) -> bool:
        """Settle a delivery that arrived; False if the lease was lost and it is another's now."""
        with writing(self.engine) as session:
            row = _held(session, delivery)
            if row is None:
                return False
            _settle(row, DeliveryStatus.DELIVERED, now)
            row.last_error = ""
            ticket = session.get(TicketRow, delivery.number, with_for_update=True)
            if delivery.kind == FILE and ticket is not None:
                ticket.external_id, ticket.external_system = external_id, system
            return True

    def failed(self, delivery: Delivery, now: datetime, error: TargetError) -> DeliveryStatus:
        """Plan the next try of a delivery that did not arrive, or bury it; return which."""
        with writing(self.engine) as session:
            row = _held(session, delivery)
            if row is None:
                return DeliveryStatus.SENDING
            row.last_error = str(error)[:500]
            pause = self._pause(row.attempts, error)
            if pause is None:
                _settle(row, DeliveryStatus.DEAD, now)
                return DeliveryStatus.DEAD
            row.status, row.lease, row.lease_until = _PENDING, "", None
            row.next_attempt_at = now + pause
            return DeliveryStatus.PENDING

    def _pause(self, attempts: int, error: TargetError) -> timedelta | None:
        if not isinstance(error, TargetUnavailableError):
            return None
        if error.tries is not None and attempts >= error.tries:
            return None
        return self.policy.pause(attempts, chance=self.chance(), retry_after_s=error.retry_after_s)

    def requeue(self, now: datetime, *, number: str = "", delivery_id: int | None = None) -> int:
        """Give dead deliveries (of one ticket, or one delivery) all their tries again."""
        query = select(DeliveryRow).where(DeliveryRow.status == _DEAD).with_for_update()
        if number:
            query = query.where(DeliveryRow.number == number)
        if delivery_id is not None:
            query = query.where(DeliveryRow.id == delivery_id)
        with writing(self.engine) as session:
            rows = session.scalars(query).all()
            for row in rows:
                row.status, row.attempts, row.next_attempt_at = _PENDING, 0, now
                row.settled_at = None
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
            .where(DeliveryRow.status == _DEAD)
            .order_by(DeliveryRow.id.desc())
            .limit(limit)
        )
        with reading(self.engine) as session:
            return [delivery_from(row) for row in session.scalars(query)]


def _next_due(now: datetime, target: str | None) -> Any:
    earlier = aliased(DeliveryRow)
    is_before = (
        select(earlier.id)
        .where(earlier.stream == DeliveryRow.stream, earlier.id < DeliveryRow.id)
        .where(
            or_(
                earlier.status.in_([_PENDING, _SENDING]),
                # Nothing can follow a ticket the grid system does not have.
                and_(earlier.status == _DEAD, earlier.kind == FILE),
            )
        )
        .exists()
    )
    query = select(DeliveryRow).where(_is_due(now), ~is_before)
    if target is not None:
        query = query.where(DeliveryRow.target == target)
    oldest = query.order_by(DeliveryRow.next_attempt_at, DeliveryRow.id).limit(1)
    return oldest.with_for_update(skip_locked=True)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(DeliveryRow.status == _PENDING, DeliveryRow.next_attempt_at <= now),
        and_(DeliveryRow.status == _SENDING, DeliveryRow.lease_until < now),
    )


def _held(session: Session, delivery: Delivery) -> DeliveryRow | None:
    row = session.get(DeliveryRow, delivery.id, with_for_update=True)
    is_held = row is not None and row.status == _SENDING and row.lease == delivery.lease
    return row if is_held else None


def _settle(row: DeliveryRow, status: DeliveryStatus, now: datetime) -> None:
    row.status, row.settled_at = status.value, now
    row.lease, row.lease_until = "", None
