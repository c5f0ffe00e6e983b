"""Tickets as a table for a spreadsheet: CSV that opens rightly in Chinese Excel."""

import csv
import io
from collections.abc import Iterable

from actions.tickets.codes import SHANGHAI
from actions.tickets.names import load_names, name_of
from actions.tickets.ticket import Ticket

BOM = "\ufeff"  # without it Excel takes UTF-8 for GBK
COLUMNS = (
    "number", "submitted_at", "status", "request_type", "category", "description", "building",
    "unit", "cell", "urgency", "level", "handler", "due_at", "resolved_at", "closed_at",
    "urge_count", "satisfaction", "result",
)  # fmt: skip


def to_csv(tickets: Iterable[Ticket]) -> str:
    """Return one line per ticket under Chinese headings; identities are masked."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name_of("columns", column) for column in COLUMNS])
    writer.writerows([_harmless(cell) for cell in _cells(ticket)] for ticket in tickets)
    return BOM + text.getvalue()


def _cells(ticket: Ticket) -> list[str]:
    complaint, place = ticket.complaint, ticket.complaint.place
    times = [ticket.due_at, ticket.resolved_at, ticket.closed_at]
    due, resolved, closed = (
        at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else "" for at in times
    )
    stars = load_names()["satisfaction"].get(str(ticket.satisfaction), "")
    return [
        ticket.number,
        ticket.submitted_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        ticket.status.label,
        complaint.request_type.label,
        ticket.category_name,
        ticket.description_safe,
        place.building,
        place.unit,
        place.cell,
        str(complaint.urgency),
        ticket.level.label,
        ticket.handler,
        due,
        resolved,
        closed,
        str(ticket.urge_count),
        stars,
        ticket.result_text,
    ]


def _harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes a resident's words for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
