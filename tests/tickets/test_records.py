"""Past tickets: taken in from spreadsheets, counted by level, and routed otherwise on trial."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from actions.tickets.errors import ImportFormatError
from actions.tickets.export import to_csv, to_xlsx
from actions.tickets.finding import Wanted
from actions.tickets.importing import BadRow, take_in
from actions.tickets.ledger import ledger_of
from actions.tickets.simulation import simulate
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Level, Status, Ticket
from tests.tickets.examples import CATEGORIES, LAMP, ME, MONDAY_NOON, lamp

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BY = "operator:cli"
HEAD = "工单号,提交时间,状态,事项,内容(已去标识),办结时间,办结层级,满意度\n"
ROW = "A-1,2026-03-02 09:30,结案,楼道照明,三楼灯坏了，我叫王小明,2026-03-03 10:00,社区,满意\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "past.csv"
    path.write_bytes(text.encode(encoding))
    return path


def only(store: TicketStore) -> Ticket:
    (ticket,) = store.search(Wanted())
    return ticket


def closed(store: TicketStore, origin: str, level: Level) -> None:
    categories = {"lighting": replace(CATEGORIES["lighting"], level=level)}
    desk = replace(store.desk, categories=MappingProxyType(categories))
    number = TicketStore(store.engine, desk).file(lamp(origin), MONDAY_NOON).number
    for status in (Status.ACCEPTED, Status.RESOLVED):
        store.move(number, status, actor=BY, now=MONDAY_NOON)
    store.confirm(number, True, conversation=ME, now=MONDAY_NOON)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_past_ticket_is_taken_in_and_nobody_is_told(
    store: TicketStore, tmp_path: Path, encoding: str
) -> None:
    report = take_in(store, written(tmp_path, HEAD + ROW, encoding), actor=BY, now=NOW)

    ticket = only(store)
    assert (report.filed, report.known, report.bad) == (1, 0, [])
    assert (ticket.status, ticket.level, ticket.satisfaction) == (
        Status.CLOSED, Level.COMMUNITY, 2,
    )  # fmt: skip
    assert ticket.submitted_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert ticket.external_id == "A-1"
    assert "王小明" not in ticket.description_safe
    assert store.deliveries(ticket.number) == []
    assert [event.event for event in store.history(ticket.number)] == ["file", "import"]


def test_the_same_file_twice_changes_nothing(store: TicketStore, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ROW + ROW.replace("A-1", ""))

    first = take_in(store, path, actor=BY, now=NOW)
    second = take_in(store, path, actor=BY, now=NOW)

    assert (first.filed, second.filed, second.known) == (2, 0, 2)


@pytest.mark.parametrize(
    ("was", "becomes", "wrong"),
    [
        ("2026-03-02 09:30", "很久以前", "submitted_at"),
        ("2026-03-02 09:30", "2027-03-02", "submitted_at"),
        ("2026-03-03 10:00", "2026-03-01 10:00", "resolved_at"),
        ("结案", "处置中", "status"),
        ("楼道照明", "月球", "category"),
        ("三楼灯坏了，我叫王小明", "", "description"),
        ("社区", "天上", "level"),
        ("满意\n", "五星\n", "satisfaction"),
    ],
)
def test_a_bad_row_is_named_by_line_and_field_and_the_others_come_in(
    store: TicketStore, tmp_path: Path, was: str, becomes: str, wrong: str
) -> None:
    bad = ROW.replace("A-1", "A-2").replace(was, becomes)

    report = take_in(store, written(tmp_path, HEAD + bad + ROW), actor=BY, now=NOW)

    assert report.bad == [BadRow(line=2, field=wrong)]
    assert only(store).external_id == "A-1"


def test_a_file_without_a_needed_column_is_refused(store: TicketStore, tmp_path: Path) -> None:
    path = written(tmp_path, "工单号,状态\n1,结案\n")

    with pytest.raises(ImportFormatError, match="submitted_at"):
        take_in(store, path, actor=BY, now=NOW)


def test_something_else_named_xlsx_is_refused(store: TicketStore, tmp_path: Path) -> None:
    path = tmp_path / "past.xlsx"
    path.write_bytes(b"not a workbook")

    with pytest.raises(ImportFormatError):
        take_in(store, path, actor=BY, now=NOW)


def test_a_workbook_with_real_dates_is_read(store: TicketStore, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["submitted_at", "category", "description", "urgency"])
    sheet.append([datetime(2026, 3, 2, 9, 30), "lighting", "灯坏了", 2])  # noqa: DTZ001
    book.save(tmp_path / "past.xlsx")

    report = take_in(store, tmp_path / "past.xlsx", actor=BY, now=NOW)

    assert (report.filed, report.bad) == (1, [])
    assert only(store).complaint.urgency == 2


def test_what_was_exported_can_be_taken_in_elsewhere(store: TicketStore, tmp_path: Path) -> None:
    closed(store, "1", Level.COMMUNITY)
    exported = only(store)
    (tmp_path / "past.xlsx").write_bytes(to_xlsx([exported]))

    report = take_in(store, tmp_path / "past.xlsx", actor=BY, now=NOW)

    newest = next(t for t in store.search(Wanted()) if t.external_id == exported.number)
    assert report.bad == []
    assert newest.level is exported.level
    assert newest.complaint.place.building == exported.complaint.place.building


formulas = st.text(st.sampled_from("=+-@＝＋－＠ \t\r\n|cmd'A1\x00\x07灯"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formulas)
def test_no_words_of_a_resident_become_a_formula(words: str) -> None:
    ticket = Ticket(
        number="20260601-000001", code="ABCDEFGHJ", complaint=LAMP, description_safe=words,
        result_text=words, submitted_at=MONDAY_NOON, updated_at=MONDAY_NOON,
    )  # fmt: skip

    cells = list(csv.reader(io.StringIO(to_csv([ticket]).lstrip("\ufeff"), newline="")))[1]
    sheet = load_workbook(io.BytesIO(to_xlsx([ticket]))).active

    assert all(cell.lstrip(" ")[:1] not in set("=+-@＝＋－＠\t\r\n") for cell in cells if cell)
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "inlineStr", "n"}  # n: empty; f would be a formula


def test_the_ledger_counts_what_each_level_closed(store: TicketStore) -> None:
    for origin, level in (("1", Level.GRID), ("2", Level.GRID), ("3", Level.STREET)):
        closed(store, origin, level)
    store.file(lamp("open"), MONDAY_NOON)

    found = ledger_of(store.engine, MONDAY_NOON, MONDAY_NOON + timedelta(days=1))

    assert found.total == 3
    assert {line.level: (line.count, line.percent) for line in found.lines} == {
        Level.GRID: (2, 66.7),
        Level.COMMUNITY: (0, 0.0),
        Level.STREET: (1, 33.3),
        Level.DISTRICT: (0, 0.0),
    }


def test_a_period_without_tickets_has_an_empty_ledger(store: TicketStore) -> None:
    closed(store, "1", Level.GRID)

    later = MONDAY_NOON + timedelta(days=1)
    found = ledger_of(store.engine, later, later + timedelta(days=1))

    assert (found.total, [line.percent for line in found.lines]) == (0, [0.0] * 4)


def test_another_table_is_tried_on_past_tickets_without_touching_them(store: TicketStore) -> None:
    for origin in ("1", "2"):
        closed(store, origin, Level.GRID)
    store.file(replace(LAMP, category="water", origin="3"), MONDAY_NOON)
    before = store.search(Wanted())
    lighting = replace(CATEGORIES["lighting"], level=Level.STREET, handler="街道办事处")

    lamps, water = simulate(store, {"lighting": lighting})

    assert (lamps.tickets, lamps.handler, lamps.level, lamps.deadline) == (2, 2, 2, 2)
    assert (lamps.late, lamps.late_then) == (0, 0)
    assert (water.category, water.missing) == ("water", 1)
    assert store.search(Wanted()) == before


def test_the_same_table_changes_nothing(store: TicketStore) -> None:
    closed(store, "1", Level.GRID)

    (found,) = simulate(store, CATEGORIES, since=MONDAY_NOON)

    assert (found.tickets, found.handler, found.level, found.deadline) == (1, 0, 0, 0)
