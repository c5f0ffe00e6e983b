"""What an operator should look at: bursts, returns, deadlines; kept until somebody has."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from actions.tickets.database import reading, writing
from actions.tickets.errors import AlertNotFoundError
from actions.tickets.models import AlertRow
from actions.tickets.names import name_of
from actions.tickets.ticket import Ticket


class AlertKind(StrEnum):
    """Why an operator should look."""

    BURST = "burst"
    RETURNS = "returns"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    UNACKNOWLEDGED = "unacknowledged"
    NO_FEEDBACK = "no_feedback"
    EMERGENCY = "emergency"  # 险情: nobody was told of it, or nobody took notice

    @property
    def label(self) -> str:
        """The Chinese name an operator reads."""
        return name_of("alerts", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to look at; ``number`` is empty where it is about many tickets."""

    id: int
    at: datetime
    kind: AlertKind
    number: str
    category: str
    place: str
    count: int
    seen_at: datetime | None
    seen_by: str


def raise_alert(  # noqa: PLR0913 - an alert has that many sides, each of them named
    session: Session,
    kind: AlertKind,
    *,
    at: datetime,
    subject: str,
    number: str = "",
    category: str = "",
    place: str = "",
    count: int = 0,
) -> None:
    """Have operators look; ``subject`` is what it is about, so that it can be found again."""
    session.add(
        AlertRow(
            at=at, kind=kind.value, subject=subject[:120], number=number, category=category,
            place=place[:60], count=count, seen_by="",
        )
    )  # fmt: skip


def raise_about(session: Session, kind: AlertKind, ticket: Ticket, *, at: datetime) -> None:
    """Have operators look at one ticket; it is counted for the ticket's present round."""
    place = ticket.complaint.place
    raise_alert(
        session, kind, at=at, subject=ticket.number, number=ticket.number,
        category=ticket.complaint.category, place=place.building or place.cell,
        count=ticket.round,
    )  # fmt: skip


def is_raised(session: Session, kind: AlertKind, ticket: Ticket) -> bool:
    """Return whether there was such an alert about this ticket in its present round."""
    about = AlertRow.kind == kind.value, AlertRow.number == ticket.number
    query = select(AlertRow.id).where(*about, AlertRow.count == ticket.round)
    return session.scalars(query).first() is not None


def unseen(engine: Engine, limit: int = 50) -> list[Alert]:
    """Return what nobody has looked at yet, newest first."""
    query = select(AlertRow).where(AlertRow.seen_at.is_(None)).order_by(AlertRow.id.desc())
    with reading(engine) as session:
        return [_alert(row) for row in session.scalars(query.limit(limit))]


def see(engine: Engine, alert: int, *, operator: str, now: datetime) -> None:
    """Note who looked; the first one counts.

    Raises:
        AlertNotFoundError: There is no such alert.
    """
    with writing(engine) as session:
        row = session.get(AlertRow, alert, with_for_update=True)
        if row is None:
            raise AlertNotFoundError(str(alert))
        if row.seen_at is None:
            row.seen_at, row.seen_by = now, operator


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=row.id,
        at=row.at,
        kind=AlertKind(row.kind),
        number=row.number,
        category=row.category,
        place=row.place,
        count=row.count,
        seen_at=row.seen_at,
        seen_by=row.seen_by,
    )
