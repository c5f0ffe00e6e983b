"""What the console asks of many tickets at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select

from actions.tickets.categories import Category
from actions.tickets.database import reading
from actions.tickets.models import TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.ticket import PAUSED, SETTLED, Status, Ticket

_RUNNING = [status.value for status in Status if status not in SETTLED | PAUSED]
_SETTLED = [status.value for status in SETTLED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an operator filters by; an empty field does not filter."""

    statuses: tuple[Status, ...] = ()
    categories: tuple[str, ...] = ()
    cells: frozenset[str] = frozenset()
    is_overdue: bool | None = None
    is_open: bool | None = None
    words: str = ""
    limit: int = 50
    offset: int = 0


class ConsoleQueries:
    """Lists and counts tickets for operators."""

    def __init__(
        self, engine: Engine, categories: Mapping[str, Category], soon: timedelta
    ) -> None:
        self._engine, self._categories, self._soon = engine, categories, soon

    def tickets(self, filters: Filters, now: datetime) -> tuple[list[Ticket], int]:
        """Return one page of tickets, newest first, and how many there are in all."""
        where = _conditions(filters, now)
        newest = TicketRow.submitted_at.desc(), TicketRow.number.desc()
        page = select(TicketRow).where(*where).order_by(*newest)
        page = page.limit(filters.limit).offset(filters.offset)
        with reading(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(TicketRow).where(*where))
            rows = session.scalars(page).all()
            return [ticket_from(row, self._categories) for row in rows], total or 0

    def counts(self, now: datetime) -> dict[str, Any]:
        """Return the numbers of the console's first page."""
        soon = and_(*_running(), TicketRow.due_at >= now, TicketRow.due_at < now + self._soon)
        return {
            "total": self._count(),
            "open": self._count(TicketRow.status.not_in(_SETTLED)),
            "due_soon": self._count(soon),
            "overdue": self._count(overdue(now)),
            "by_status": self._grouped(TicketRow.status),
            "by_category": self._grouped(TicketRow.category),
            "by_cell": self._grouped(TicketRow.cell),
            "by_level": self._grouped(TicketRow.level),
        }

    def _count(self, *where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(TicketRow).where(*where)
        with reading(self._engine) as session:
            return session.scalar(query) or 0

    def _grouped(self, column: Any) -> dict[str, int]:
        query = select(column, func.count()).group_by(column).order_by(func.count().desc())
        with reading(self._engine) as session:
            return {str(value): int(count) for value, count in session.execute(query)}


def overdue(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a ticket that should have been resolved by now."""
    return and_(*_running(), TicketRow.due_at < now)


def _running() -> tuple[ColumnElement[bool], ...]:
    return TicketRow.status.in_(_RUNNING), TicketRow.resolved_at.is_(None)


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.statuses:
        where.append(TicketRow.status.in_([status.value for status in filters.statuses]))
    if filters.categories:
        where.append(TicketRow.category.in_(filters.categories))
    if filters.cells:
        where.append(TicketRow.cell.in_(filters.cells))
    if filters.is_overdue is not None:
        late = overdue(now)
        where.append(late if filters.is_overdue else or_(~late, TicketRow.due_at.is_(None)))
    if filters.is_open is not None:
        settled = TicketRow.status.in_(_SETTLED)
        where.append(~settled if filters.is_open else settled)
    if filters.words:
        columns = (TicketRow.number, TicketRow.code, TicketRow.description, TicketRow.address)
        where.append(or_(*(one.contains(filters.words, autoescape=True) for one in columns)))
    return where
