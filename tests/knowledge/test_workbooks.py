"""A workbook's headings are found below its notes, and what is hidden in it is not published."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from knowledge.desk import Desk
from knowledge.life_cli import knowledge_app
from knowledge.reading.document import Document
from knowledge.reading.files import document_of
from knowledge.reading.sandbox import document_of as read_apart

FEES: list[list[object]] = [
    ["幸福家园停车收费公示表"],
    ["公示单位：幸福物业服务中心", None, "公示日期：", date(2026, 7, 1)],
    [],
    ["车位类型", "收费标准", None, "执行日期"],
    [None, "月租（元）", "临停（元/小时）"],
    ["地下", 300, 3, date(2026, 7, 15)],
    ["地面", 150, 2, date(2026, 7, 15)],
    ["备注：残疾人车辆免费。"],
]
MERGED = ("A1:D1", "A4:A5", "B4:C4", "D4:D5")
ROWS = [
    "车位类型：地下；收费标准月租（元）：300；收费标准临停（元/小时）：3；执行日期：2026-07-15",
    "车位类型：地面；收费标准月租（元）：150；收费标准临停（元/小时）：2；执行日期：2026-07-15",
]


def nothing(_: Worksheet) -> None:
    """Leave a sheet as it is."""


def workbook(
    *sheets: tuple[str, list[list[object]]],
    merged: tuple[str, ...] = (),
    changed: Callable[[Worksheet], None] = nothing,
) -> bytes:
    """A workbook of sheets; in the last of them something is changed."""
    file, book = io.BytesIO(), Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    changed(book.worksheets[-1])
    book.save(file)
    return file.getvalue()


def read(content: bytes) -> Document:
    return document_of(content, "收费.xlsx")


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


def test_the_headings_stand_below_the_title_and_the_notes() -> None:
    document = read(workbook(("停车", FEES), merged=MERGED))

    assert document.title == "幸福家园停车收费公示表"
    assert texts(document)[-3:] == [*ROWS, "备注：残疾人车辆免费。"]


def test_no_word_above_the_headings_is_lost() -> None:
    document = read(workbook(("停车", FEES), merged=MERGED))

    kept = "\n".join([*texts(document), document.issuer, document.issued])
    assert "幸福物业服务中心" in kept
    assert "2026-07-01" in kept


def test_names_below_a_wide_one_are_joined_with_it_though_nothing_reaches_down() -> None:
    document = read(workbook(("停车", FEES), merged=("A1:D1", "B4:C4")))

    assert texts(document)[-3:-1] == ROWS


@pytest.mark.parametrize(
    "rows",
    [
        [["项目", 2024, 2025], ["停车", "五元", "六元"], ["充电", "一元", "二元"]],
        [["项目：", "费用：", "时限："], ["登记", "免费", "当天"], ["年检", "收费", "次日"]],
        [["社区", "楼长", "楼号"], ["枫桥", "张三", "甲楼"], ["桥北", "李四", "乙楼"]],
    ],
)
def test_a_first_row_that_names_the_columns_stays_their_heading(rows: list[list[object]]) -> None:
    document = read(workbook(("表", rows)))

    assert len(document.sections) == 2
    assert all(str(rows[0][1]).rstrip("：") in text for text in texts(document))


def test_sheets_of_one_title_are_told_apart_by_their_names() -> None:
    sheets = [(name, FEES[:1] + FEES[3:7]) for name in ("一号院", "二号院")]

    document = read(workbook(*sheets, merged=("A1:D1",)))

    assert "幸福家园停车收费公示表 二号院" in {one.label for one in document.sections}


def hide_sheet(sheet: Worksheet) -> None:
    sheet.sheet_state = "veryHidden"


def hide_rows(sheet: Worksheet) -> None:
    sheet.row_dimensions[2].hidden = True


def hide_columns(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


COSTS: list[list[object]] = [
    ["项目", "价格", "成本"],
    ["保洁", "九元", "四元"],
    ["保安", "八元", "三元"],
]


@pytest.mark.parametrize(
    ("hide", "gone", "caution"),
    [
        (hide_sheet, {"保洁", "保安", "成本"}, ("hidden_sheets", "内部")),
        (hide_rows, {"保洁", "四元"}, ("hidden_rows", "1")),
        (hide_columns, {"成本", "四元", "三元"}, ("hidden_columns", "1")),
    ],
)
def test_what_is_hidden_is_left_out_and_told(
    hide: Callable[[Worksheet], None], gone: set[str], caution: tuple[str, str]
) -> None:
    content = workbook(("停车", FEES[3:7]), ("内部", COSTS), changed=hide)

    document = read_apart(content, "收费.xlsx")

    assert not {word for word in gone if word in "\n".join(texts(document))}
    assert document.cautions == (caution,)


def test_a_formula_without_a_value_is_told() -> None:
    rows: list[list[object]] = [["项目", "价格"], ["保洁", "=1+2"], ["保安", "=B2*2"]]

    document = read(workbook(("表", [*rows, ["绿化", 5]])))

    assert document.cautions == (("formulas", "2"),)


def test_whoever_adds_a_workbook_is_told_what_was_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    file = tmp_path / "收费.xlsx"
    rows: list[list[object]] = [["项目", "价格"], ["保洁", "=1+2"], ["保安", "五元"]]
    file.write_bytes(workbook(("价格", rows), ("内部", COSTS), changed=hide_sheet))

    done = CliRunner().invoke(knowledge_app, ["add", str(file)])

    assert done.exit_code == 0
    assert "隐藏的工作表，没有收录：内部" in done.stderr
    assert "1 个单元格是公式" in done.stderr


def test_what_was_not_read_is_told_and_stays_in_the_history(desk: Desk) -> None:
    book = Workbook()
    hidden = book.create_sheet("底账")
    hidden.append(["成本", "99"])
    hidden.sheet_state = "hidden"
    shown = book.worksheets[0]
    shown.append(["事项", "电话"])
    shown.append(["停车", "010-1"])
    file = io.BytesIO()
    book.save(file)

    record = desk.add_bytes(file.getvalue(), "停车.xlsx")

    (caution,) = desk.documents.cautions(record.number)
    assert "隐藏的工作表" in caution
    assert "底账" in caution
    assert caution in desk.documents.history(record.series)[0].note
