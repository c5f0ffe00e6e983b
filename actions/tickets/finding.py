"""Which tickets: the queries behind the store's reading methods."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Select, or_, select

from actions.tickets.cells import building_number
from actions.tickets.coordinates import distance_m, to_wgs84
from actions.tickets.models import FollowerRow, TicketRow
from actions.tickets.ticket import SETTLED, Place, Status, Ticket

Query = Select[TicketRow]
_SETTLED = [status.value for status in SETTLED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an operator filters by; an empty field does not filter."""

    statuses: frozenset[Status] = frozenset()
    categories: frozenset[str] = frozenset()
    cells: frozenset[str] = field(default_factory=frozenset)
    is_open: bool | None = None
    text: str = ""


def of_conversation(conversation: str, limit: int) -> Query:
    """Ask for what a conversation reported or follows, newest first."""
    followed = select(FollowerRow.number).where(FollowerRow.conversation == conversation)
    return (
        select(TicketRow)
        .where(or_(TicketRow.conversation == conversation, TicketRow.number.in_(followed)))
        .order_by(TicketRow.submitted_at.desc(), TicketRow.number.desc())
        .limit(limit)
    )


def of_cells(cells: Collection[str], limit: int) -> Query:
    """Ask for the open tickets of these cells, most urgent first."""
    return (
        select(TicketRow)
        .where(TicketRow.cell.in_(cells), TicketRow.status.not_in(_SETTLED))
        .order_by(TicketRow.urgency, TicketRow.due_at)
        .limit(limit)
    )


def open_of_category(category: str) -> Query:
    """Ask for the open, unresolved tickets of a category, newest first."""
    over = [*_SETTLED, Status.RESOLVED.value, Status.FOLLOWED_UP.value]
    return (
        select(TicketRow)
        .where(TicketRow.category == category, TicketRow.status.not_in(over))
        .order_by(TicketRow.submitted_at.desc())
        .limit(200)
    )


def open_of_others(category: str) -> Query:
    """Ask for the open, unresolved tickets of every other category, newest first."""
    over = [*_SETTLED, Status.RESOLVED.value, Status.FOLLOWED_UP.value]
    return (
        select(TicketRow)
        .where(TicketRow.category != category, TicketRow.status.not_in(over))
        .order_by(TicketRow.submitted_at.desc())
        .limit(200)
    )


def wanted(filters: Wanted) -> Query:
    """Ask for the tickets that pass an operator's filters, newest first."""
    query = select(TicketRow)
    if filters.statuses:
        query = query.where(TicketRow.status.in_([status.value for status in filters.statuses]))
    if filters.categories:
        query = query.where(TicketRow.category.in_(filters.categories))
    if filters.cells:
        query = query.where(TicketRow.cell.in_(filters.cells))
    if filters.is_open is not None:
        settled = TicketRow.status.in_(_SETTLED)
        query = query.where(~settled if filters.is_open else settled)
    if filters.text:
        columns = (TicketRow.number, TicketRow.description, TicketRow.address)
        query = query.where(or_(*(c.contains(filters.text, autoescape=True) for c in columns)))
    return query.order_by(TicketRow.submitted_at.desc(), TicketRow.number.desc())


def is_near(
    ticket: Ticket, building: str, cell: str, near: tuple[float, float] | None, radius_m: float
) -> bool:
    """Return whether the ticket is about the same building, else the same cell, or close by."""
    place = ticket.complaint.place
    if building and place.building:
        return building_number(building) == building_number(place.building)
    if cell and place.cell == cell:
        return True
    return near is not None and _is_within(place, near, radius_m)


def _is_within(place: Place, near: tuple[float, float], radius_m: float) -> bool:
    latitude, longitude = to_wgs84(place.latitude, place.longitude, place.datum)
    if latitude is None or longitude is None:
        return False
    return distance_m((latitude, longitude), near) <= radius_m
