"""Which deliveries may be sent: the queries behind the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from actions.tickets.letters import FILE
from actions.tickets.models import DeliveryRow
from actions.tickets.ticket import DeliveryStatus

PENDING, SENDING = DeliveryStatus.PENDING.value, DeliveryStatus.SENDING.value
DEAD = DeliveryStatus.DEAD.value
Query = Select[DeliveryRow]


def expired(now: datetime, target: str | None) -> Query:
    """Ask for what a killed worker left behind, longest ago first."""
    lost = and_(DeliveryRow.status == SENDING, DeliveryRow.lease_until < now)
    return _of(target).where(lost, ~_is_behind()).order_by(DeliveryRow.lease_until)


def pending(now: datetime, target: str | None, limit: int) -> Query:
    """Ask for what is due, what was never tried first; one of each stream."""
    is_due = and_(DeliveryRow.status == PENDING, DeliveryRow.next_attempt_at <= now)
    order = DeliveryRow.next_attempt_at, DeliveryRow.id
    return _of(target).where(is_due, ~_is_behind()).order_by(*order).limit(max(limit, 0))


def waiting(now: datetime, target: str) -> Query:
    """Ask for the one delivery that waits longest of those that failed before."""
    may_go = or_(DeliveryRow.not_before.is_(None), DeliveryRow.not_before <= now)
    is_waiting = and_(DeliveryRow.status == PENDING, DeliveryRow.next_attempt_at > now, may_go)
    return locked(_of(target).where(is_waiting, ~_is_behind()).order_by(DeliveryRow.id).limit(1))


def late(now: datetime, target: str) -> Query:
    """Ask for what failed before and is not due yet."""
    return _of(target).where(DeliveryRow.status == PENDING, DeliveryRow.next_attempt_at > now)


def locked(query: Query) -> Query:
    """Hold what is found; what another worker holds is passed over."""
    return query.with_for_update(skip_locked=True)


def _of(target: str | None) -> Query:
    query = select(DeliveryRow)
    return query if target is None else query.where(DeliveryRow.target == target)


def _is_behind() -> ColumnElement[bool]:
    earlier: Any = aliased(DeliveryRow)
    return (
        select(earlier.id)
        .where(earlier.stream == DeliveryRow.stream, earlier.id < DeliveryRow.id)
        .where(
            or_(
                earlier.status.in_([PENDING, SENDING]),
                # Nothing can follow a ticket the grid system does not have.
                and_(earlier.status == DEAD, earlier.kind == FILE),
            )
        )
        .exists()
    )
