"""Many reports of one thing in a short time (群发): found by counting, told to operators once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from actions.tickets.alerts import AlertKind, raise_alert
from actions.tickets.database import reading, writing
from actions.tickets.models import AlertRow, FollowerRow, TicketRow
from actions.tickets.rules import Burst
from actions.tickets.store import TicketStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """So many reports of one category; ``place`` is empty for the whole community."""

    category: str
    place: str
    count: int

    @property
    def subject(self) -> str:
        """What an alert about it is about."""
        return f"{self.category}:{self.place}"


def crowds(store: TicketStore, now: datetime) -> list[Crowd]:
    """Return what is reported often enough just now; joining a ticket (关注) counts as well."""
    rules = store.desk.rules.burst
    since = now - rules.within
    reports = select(TicketRow.category, TicketRow.building, TicketRow.cell)
    filed = reports.where(TicketRow.submitted_at >= since)
    joined = reports.join(FollowerRow, FollowerRow.number == TicketRow.number)
    with reading(store.engine) as session:
        rows = [*session.execute(filed), *session.execute(joined.where(FollowerRow.at >= since))]
    places = Counter((row.category, row.building or row.cell) for row in rows)
    everywhere = Counter(row.category for row in rows)
    return [*_in_one_place(places, rules), *_everywhere(everywhere, rules)]


def _in_one_place(places: Counter[tuple[str, str]], rules: Burst) -> list[Crowd]:
    return [
        Crowd(category=category, place=place, count=count)
        for (category, place), count in sorted(places.items())
        if place and count >= rules.one_place
    ]


def _everywhere(categories: Counter[str], rules: Burst) -> list[Crowd]:
    return [
        Crowd(category=category, place="", count=count)
        for category, count in sorted(categories.items())
        if count >= rules.everywhere
    ]


def watch(store: TicketStore, now: datetime) -> list[Crowd]:
    """Tell operators of each new burst, once while it lasts; return the new ones."""
    return [crowd for crowd in crowds(store, now) if _tell(store, crowd, now)]


def _tell(store: TicketStore, crowd: Crowd, now: datetime) -> bool:
    told = (
        select(AlertRow)
        .where(AlertRow.kind == AlertKind.BURST.value, AlertRow.subject == crowd.subject)
        .where(AlertRow.at >= now - store.desk.rules.burst.within)
        .order_by(AlertRow.id.desc())
        .limit(1)
    )
    with writing(store.engine) as session:
        row = session.scalars(told.with_for_update()).first()
        if row is not None:
            row.count = max(row.count, crowd.count)
            return False
        raise_alert(
            session,
            AlertKind.BURST,
            at=now,
            subject=crowd.subject,
            category=crowd.category,
            place=crowd.place,
            count=crowd.count,
        )
    return True
