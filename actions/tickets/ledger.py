"""The 721 ledger (办结层级台账): at which level tickets were settled in a period."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from actions.tickets.database import reading
from actions.tickets.models import TicketRow
from actions.tickets.ticket import Level, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One level: how many tickets were closed there, and the share of all in percent."""

    level: Level
    count: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Closed tickets by level, from ``since`` until just before ``until``."""

    since: datetime
    until: datetime
    lines: tuple[LedgerLine, ...]

    @property
    def total(self) -> int:
        """How many tickets were closed in all."""
        return sum(line.count for line in self.lines)


def ledger_of(engine: Engine, since: datetime, until: datetime) -> Ledger:
    """Return the ledger of a period; rejected, joined and withdrawn tickets are in none."""
    query = (
        select(TicketRow.level, func.count())
        .where(TicketRow.status == Status.CLOSED.value)
        .where(TicketRow.closed_at >= since, TicketRow.closed_at < until)
        .group_by(TicketRow.level)
    )
    with reading(engine) as session:
        counts = {Level(level): int(count) for level, count in session.execute(query)}
    total = sum(counts.values())
    lines = tuple(
        LedgerLine(
            level=level,
            count=counts.get(level, 0),
            percent=round(100 * counts.get(level, 0) / total, 1) if total else 0.0,
        )
        for level in Level
    )
    return Ledger(since=since, until=until, lines=lines)
