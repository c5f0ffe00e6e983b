"""Takes past tickets in from a spreadsheet: nothing is delivered, and nobody is told.

Headings are the Chinese ones of an export, or their codes. A row that was taken in before is
known by its number, or else by its content, and is not taken in again.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from actions.tickets.codes import SHANGHAI
from actions.tickets.database import writing
from actions.tickets.desk import Desk
from actions.tickets.errors import ComplaintError, ImportFormatError, UnknownCategoryError
from actions.tickets.export import COLUMNS
from actions.tickets.filing import Filing, filed_before, made_ready, write_tickets
from actions.tickets.names import code_of, name_of
from actions.tickets.steps import Step, add_history, locked
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Level, Place, RequestType, Status

EVENT, SYSTEM = "import", "import"
NEEDED = ("submitted_at", "category", "description")
PAST = frozenset({Status.CLOSED, Status.REJECTED, Status.WITHDRAWN})
MANY = 500  # rows in one transaction
_DIGITS = re.compile(r"\d+")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was left out: its line in the file and the field that is wrong."""

    line: int
    field: str


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a file."""

    filed: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


class _BadFieldError(Exception):
    """A field cannot be read; the message is its name."""


def take_in(store: TicketStore, path: Path, *, actor: str, now: datetime) -> Report:
    """Write the past tickets of a CSV or XLSX file; return what became of its rows.

    Raises:
        ImportFormatError: It is no such file, or a needed column is missing.
    """
    report, ready = Report(), list[Filing]()
    for line, row in read_rows(path):
        try:
            ready.append(_filing(row, store.desk, now))
        except _BadFieldError as error:
            report.bad.append(BadRow(line=line, field=str(error)))
        if len(ready) >= MANY:
            _write(store, ready, report, Step(actor=actor, at=now))
            ready = []
    _write(store, ready, report, Step(actor=actor, at=now))
    return report


def _write(store: TicketStore, filings: list[Filing], report: Report, step: Step) -> None:
    quiet = replace(store.desk, targets=())
    with writing(store.engine) as session:
        known = filed_before(session, quiet, [filing.origin for filing in filings])
        tickets = write_tickets(session, quiet, filings)
        new = {t.number for t in tickets} - {t.number for t in known.values()}
        for number in sorted(new):
            add_history(session, locked(session, number), EVENT, step)
    report.filed += len(new)
    report.known += len(filings) - len(new)


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield each row that holds anything, by the codes of its columns, with its line (from 2).

    Raises:
        ImportFormatError: It is no such file, or a needed column is missing.
    """
    lines = iter(_sheet(path) if path.suffix.lower() == ".xlsx" else _table(path))
    headings = {name_of("columns", code): code for code in COLUMNS}
    codes = [headings.get(cell.strip(), cell.strip()) for cell in next(lines, [])]
    missing = [code for code in NEEDED if code not in codes]
    if missing:
        raise ImportFormatError(f"no column {missing[0]}")
    for line, cells in enumerate(lines, 2):
        if any(cell.strip() for cell in cells):
            yield line, {code: _plain(cell) for code, cell in zip(codes, cells, strict=False)}


def _table(path: Path) -> Iterable[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what Chinese Excel writes
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ImportFormatError("not a CSV file") from error


def _sheet(path: Path) -> Iterable[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except (BadZipFile, InvalidFileException, ValueError, KeyError, IndexError) as error:
        raise ImportFormatError("not an XLSX file") from error
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _plain(cell: str) -> str:
    """Return the cell without the apostrophe that an export put before a formula."""
    text = cell.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and not text[1].isalnum() else text


def _filing(row: Row, desk: Desk, now: datetime) -> Filing:
    submitted_at = _moment(row, "submitted_at", now)
    if submitted_at is None:
        raise _BadFieldError("submitted_at")
    resolved_at, closed_at = _moment(row, "resolved_at", now), _moment(row, "closed_at", now)
    ended = closed_at or resolved_at or submitted_at
    if not submitted_at <= (resolved_at or submitted_at) <= ended:
        raise _BadFieldError("resolved_at")
    status = _status(row)
    try:
        filing = made_ready(desk, _complaint(row, desk), submitted_at, status)
    except ComplaintError as error:
        raise _BadFieldError("description") from error
    except UnknownCategoryError as error:
        raise _BadFieldError("category") from error
    columns = filing.row
    columns.level = _coded(row, "level", "levels", Level, columns.level)
    columns.handler = row.get("handler") or columns.handler
    columns.due_at = _moment(row, "due_at", None) or columns.due_at
    columns.resolved_at, columns.closed_at, columns.updated_at = resolved_at, ended, ended
    columns.result_text = row.get("result", "")
    columns.urge_count = _count(row, "urge_count", 0)
    columns.satisfaction = _stars(row)
    is_late = columns.due_at is not None and (resolved_at or ended) > columns.due_at
    columns.archive_type = ("overdue" if is_late else "normal") if status == "closed" else ""
    columns.external_id, columns.external_system = row.get("number", "")[:120], SYSTEM
    return filing


def _complaint(row: Row, desk: Desk) -> Complaint:
    names = {one.name: one.code for one in desk.categories.values()}
    category = names.get(row["category"], row["category"])
    if category not in desk.categories:
        raise _BadFieldError("category")
    urgency = _count(row, "urgency", 3)
    if not 1 <= urgency <= 4:
        raise _BadFieldError("urgency")
    kind = _coded(row, "request_type", "request_types", RequestType, RequestType.COMPLAINT.value)
    return Complaint(
        category=category,
        description=row["description"],
        request_type=RequestType(kind),
        place=Place(
            address=row.get("address", ""),
            building=row.get("building", "")[:40],
            unit=row.get("unit", "")[:40],
            cell=row.get("cell", "")[:40],
        ),
        urgency=urgency,
        origin=_origin(row),
    )


def _origin(row: Row) -> str:
    """Return what tells that a row was taken in before."""
    content = row.get("number") or "\n".join(f"{key}={row[key]}" for key in sorted(row))
    return f"{SYSTEM}:{hashlib.sha256(content.encode()).hexdigest()}"


def _status(row: Row) -> Status:
    code = _coded(row, "status", "statuses", Status, Status.CLOSED.value)
    if Status(code) not in PAST:
        raise _BadFieldError("status")
    return Status(code)


def _coded(row: Row, column: str, table: str, codes: Iterable[str], default: str) -> str:
    code = code_of(table, row.get(column, "")) or default
    if code not in set(codes):
        raise _BadFieldError(column)
    return str(code)


def _count(row: Row, column: str, default: int) -> int:
    text = row.get(column, "")
    if not text:
        return default
    if not re.fullmatch(r"\d{1,6}(\.0)?", text):
        raise _BadFieldError(column)
    return int(float(text))


def _stars(row: Row) -> int | None:
    code = code_of("satisfaction", row.get("satisfaction", ""))
    if not code:
        return None
    if code not in {"0", "1", "2", "3"}:
        raise _BadFieldError("satisfaction")
    return int(code)


def _moment(row: Row, column: str, now: datetime | None) -> datetime | None:
    """Return a time in UTC: with its offset if it names one, or else as in Shanghai."""
    text = row.get(column, "")
    if not text:
        return None
    try:
        at = _read_moment(text)
    except (ValueError, OverflowError) as error:
        raise _BadFieldError(column) from error
    if now is not None and at > now:
        raise _BadFieldError(column)
    return at


def _read_moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        parts = [int(part) for part in _DIGITS.findall(text)][:6]
        if len(parts) < 3:
            raise
        at = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - Shanghai's, below
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(UTC)
