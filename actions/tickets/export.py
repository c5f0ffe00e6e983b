"""Tickets as a table for a spreadsheet: CSV that opens rightly in Chinese Excel, or XLSX."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from actions.tickets.codes import SHANGHAI
from actions.tickets.masking import mask
from actions.tickets.names import load_names, name_of
from actions.tickets.ticket import Ticket

BOM = "\ufeff"  # without it Excel takes UTF-8 for GBK
COLUMNS = (
    "number", "submitted_at", "status", "request_type", "category", "description", "attributes",
    "building", "unit", "cell", "urgency", "level", "handler", "due_at", "resolved_at",
    "closed_at", "urge_count", "satisfaction", "result",
)  # fmt: skip


def to_csv(tickets: Iterable[Ticket]) -> str:
    """Return one line per ticket under Chinese headings; identities are masked."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name_of("columns", column) for column in COLUMNS])
    writer.writerows([_harmless(cell) for cell in _cells(ticket)] for ticket in tickets)
    return BOM + text.getvalue()


def to_xlsx(tickets: Iterable[Ticket]) -> bytes:
    """Return the same as a workbook; every cell is text, so nothing in it is ever computed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([_text_cell(sheet, name_of("columns", column)) for column in COLUMNS])
    for ticket in tickets:
        sheet.append([_text_cell(sheet, cell) for cell in _cells(ticket)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    return cell


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
        _details(ticket),
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


def _details(ticket: Ticket) -> str:
    """Return the answers to the category's questions in one cell, a line for each."""
    form = name_of("forms", "detail")
    comma = name_of("forms", "comma")
    return "\n".join(
        form.format(name=detail.name, values=comma.join(mask(value) for value in detail.values))
        for detail in ticket.details
    )


def _harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes a resident's words for a formula."""
    first = unicodedata.normalize("NFKC", cell.lstrip(" "))[:1]  # full-width signs count as well
    return f"'{cell}" if first in {"=", "+", "-", "@", "\t", "\r", "\n"} else cell
