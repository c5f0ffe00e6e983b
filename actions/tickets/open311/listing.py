"""What the public may read of tickets: no names, no contacts, no words that identify."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, case, select
from sqlalchemy.orm import aliased

from actions.tickets.categories import Category
from actions.tickets.coordinates import to_wgs84
from actions.tickets.database import reading
from actions.tickets.masking import mask
from actions.tickets.models import TicketRow
from actions.tickets.names import name_of
from actions.tickets.open311.rendering import moment
from actions.tickets.ticket import RequestType, Status

CLOSED = frozenset({Status.CLOSED, Status.REJECTED, Status.DIVERTED, Status.WITHDRAWN})
PAGE_SIZE, LONGEST_PAGE = 100, 1000
_CLOSED = sorted(status.value for status in CLOSED)
_PRIVATE = (RequestType.ENQUIRY.value,)  # a question for a worker is nobody else's business


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of GET requests; an empty one does not filter."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()  # "open", "closed"
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None  # not in the standard, but in many endpoints
    updated_before: datetime | None = None
    page: int = 1
    page_size: int = PAGE_SIZE


class Listing:
    """Reads tickets in the public form."""

    def __init__(self, engine: Engine, categories: Mapping[str, Category]) -> None:
        self._engine, self._categories = engine, categories

    def requests(self, asked: Asked) -> list[dict[str, Any]]:
        """Return the requests that pass the filters, newest first."""
        with reading(self._engine) as session:
            rows = session.execute(_query(asked)).all()
            return [self._public(row, status) for row, status in rows]

    def one(self, number: str) -> list[dict[str, Any]]:
        """Return one request in a list, as the standard has it; empty if it is unknown."""
        return self.requests(Asked(numbers=(number,)))

    def _public(self, row: TicketRow, status: str) -> dict[str, Any]:
        category = self._categories.get(row.category)
        latitude, longitude = to_wgs84(row.latitude, row.longitude, row.datum)
        return {
            "service_request_id": row.number,
            "status": "closed" if status in _CLOSED else "open",
            "status_notes": name_of("statuses", row.status),
            "service_name": category.name if category else row.category,
            "service_code": row.category,
            "description": row.description_safe,
            "agency_responsible": row.handler or None,
            "service_notice": mask(row.result_text) or None,
            "requested_datetime": moment(row.submitted_at),
            "updated_datetime": moment(row.updated_at),
            "expected_datetime": moment(row.due_at),
            "address": mask(row.address) or f"{row.community}{row.building}{row.unit}" or None,
            "address_id": row.cell or None,
            "zipcode": None,
            "lat": latitude,
            "long": longitude,
            "media_url": None,  # photographs stay private
        }


def _query(asked: Asked) -> Select[TicketRow, str]:
    parent = aliased(TicketRow)
    followed = case((TicketRow.status == Status.MERGED.value, parent.status))
    # a merged ticket stands where its parent stands
    status = case((followed.is_not(None), followed), else_=TicketRow.status)
    query = (
        select(TicketRow, status)
        .outerjoin(parent, parent.number == TicketRow.parent)
        .where(TicketRow.request_type.not_in(_PRIVATE))
    )
    if asked.numbers:
        query = query.where(TicketRow.number.in_(asked.numbers))
    if asked.services:
        query = query.where(TicketRow.category.in_(asked.services))
    if asked.statuses == {"open"}:
        query = query.where(status.not_in(_CLOSED))
    if asked.statuses == {"closed"}:
        query = query.where(status.in_(_CLOSED))
    query = query.where(*_times(asked))
    newest = query.order_by(TicketRow.submitted_at.desc(), TicketRow.number.desc())
    return newest.offset((asked.page - 1) * asked.page_size).limit(asked.page_size)


def _times(asked: Asked) -> list[ColumnElement[bool]]:
    submitted, updated = TicketRow.submitted_at, TicketRow.updated_at
    limits = [
        (submitted.__ge__, asked.start),
        (submitted.__le__, asked.end),
        (updated.__ge__, asked.updated_after),
        (updated.__le__, asked.updated_before),
    ]
    return [compare(at) for compare, at in limits if at is not None]
