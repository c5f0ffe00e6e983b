"""Which tickets: the queries behind the store's reading methods."""

import re
import unicodedata
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


def is_near(ticket: Ticket, place: Place, radius_m: float, fillers: Collection[str] = ()) -> bool:
    """Return whether a ticket is about this place.

    The buildings decide where both have one, then the same cell, then the distance where both
    have a position, whatever their datum; at last a spot that both call by the same words.

    Args:
        ticket: What was filed.
        place: Where the other thing is.
        radius_m: Metres within which two positions are one place.
        fillers: Words around the name of a spot that do not tell it from another (附近).
    """
    there = ticket.complaint.place
    if place.building and there.building:
        return building_number(place.building) == building_number(there.building)
    if place.cell and place.cell == there.cell:
        return True
    first, second = _position(place), _position(there)
    if first and second:
        return distance_m(first, second) <= radius_m
    if place.building or there.building:
        return False
    return _is_same_spot(_spot(place.address, fillers), _spot(there.address, fillers))


def _position(place: Place) -> tuple[float, float] | None:
    latitude, longitude = to_wgs84(place.latitude, place.longitude, place.datum)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _spot(address: str, fillers: Collection[str]) -> str:
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", address))
    for filler in sorted(fillers, key=len, reverse=True):
        plain = plain.replace(filler, "")
    return plain


def _is_same_spot(first: str, second: str) -> bool:
    """Return whether one ends with the other: 幸福里东门 and 东门."""
    short, long = sorted((first, second), key=len)
    return len(short) > 1 and long.endswith(short)
