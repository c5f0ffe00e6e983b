"""Tables lose no row, say which value belongs to which line, and show cells as people see them."""

import io
from datetime import datetime, time

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.reading.blocks import rows_of
from knowledge.reading.columns import column_of
from knowledge.reading.document import Document, Section
from knowledge.reading.files import document_of

FEES = [["项目", "费用", "时限"], ["登记", "免费", "7日"], ["年检", "10元", "1日"]]


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


def told(sections: tuple[Section, ...], service: int = 1) -> dict[str, str]:
    return {one.label.split(" ", 1)[1]: one.text for one in sections if one.service == service}


def names(document: Document) -> list[str]:
    return [one.text for one in document.sections if one.service and not one.facet]


def word(rows: list[list[str]]) -> Document:
    """A Word file with a table; a row of one text fills its whole width."""
    file, document = io.BytesIO(), docx.Document()
    document.add_heading("高龄津贴", 1)
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for row, words_of_row in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words_of_row, strict=False):
            cell.text = text
        if len(words_of_row) == 1:
            row.cells[0].merge(row.cells[-1])
    document.save(file)
    return document_of(file.getvalue(), "津贴.docx")


def workbook(
    rows: list[list[object]], formats: dict[str, str] | None = None, merged: str = ""
) -> Document:
    file, book = io.BytesIO(), Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    if merged:
        sheet.merge_cells(merged)
    book.save(file)
    return document_of(file.getvalue(), "表.xlsx")


def csv(*lines: str) -> Document:
    return document_of("\n".join(lines).encode(), "表.csv")


def test_a_row_over_the_whole_width_of_two_columns_is_kept() -> None:
    document = word(
        [["申请材料", "身份证"], ["注：非本市户籍老人不享受。"], ["办理地点", "幸福路1号"]]
    )

    assert texts(document) == [
        "申请材料：身份证",
        "注：非本市户籍老人不享受。",
        "办理地点：幸福路1号",
    ]


def test_a_row_over_the_whole_width_says_nothing_of_the_first_column() -> None:
    document = word([*FEES, ["注：80岁以上老人免费。"]])

    assert texts(document)[-1] == "注：80岁以上老人免费。"


def test_a_sentence_below_a_table_of_commas_is_no_value_of_its_first_column() -> None:
    document = csv(*(",".join(row) for row in FEES), "注：80岁以上老人免费。,,")

    assert texts(document)[-1] == "注：80岁以上老人免费。"


def test_a_short_first_line_is_the_caption_of_the_table() -> None:
    document = csv("收费一览", *(",".join(row) for row in FEES))

    assert document.title == "收费一览"
    assert texts(document)[0] == "项目：登记；费用：免费；时限：7日"


MATERIALS = [
    "事项名称,办理地点,咨询电话,材料名称,材料形式,份数,备注",
    "居住证,幸福路1号,5551234,身份证,原件,1,",
    ",,,户口本,复印件,2,首页",
    ",,,照片,原件,1,",
]


def test_what_is_asked_of_each_material_stays_with_it() -> None:
    found = told(csv(*MATERIALS).sections)

    assert found["材料名称"] == (
        "身份证（材料形式：原件；份数：1）\n"
        "户口本（材料形式：复印件；份数：2；备注：首页）\n"
        "照片（材料形式：原件；份数：1）"
    )
    assert not {"材料形式", "份数", "备注"} & set(found)
    assert found["办理地点"] == "幸福路1号"


def test_one_material_in_two_forms_is_told_twice() -> None:
    document = csv(
        "事项名称,办理地点,咨询电话,材料名称,材料形式",
        "居住证,幸福路1号,5551234,身份证,原件",
        ",幸福路2号,,身份证,复印件",
        ",幸福路3号,,照片,原件",
    )

    found = told(document.sections)

    assert found["办理地点"] == "幸福路1号\n幸福路2号\n幸福路3号"
    assert found["材料名称"] == (
        "身份证（材料形式：原件）\n身份证（材料形式：复印件）\n照片（材料形式：原件）"
    )


def test_what_is_the_same_for_every_material_is_told_once() -> None:
    document = csv(
        "事项名称,办理地点,材料名称,材料形式,咨询电话",
        "居住证,幸福路1号,身份证,原件,5551234",
        ",幸福路1号,户口本,原件,5551234",
    )

    found = told(document.sections)

    assert found["材料名称"] == "身份证\n户口本"
    assert (found["材料形式"], found["咨询电话"]) == ("原件", "5551234")


def test_a_name_of_two_lines_is_one_name() -> None:
    document = csv(
        "事项名称,办理地点,咨询电话",
        '"居住证\n首次申领",幸福路1号,5551234',
        '"居住证\n（换领）",幸福路2号,5555678',
    )

    assert names(document) == ["居住证首次申领", "居住证（换领）"]


def test_items_of_one_main_name_are_told_apart_by_the_other_name() -> None:
    document = csv(
        "主项名称,办理事项,办理地点,咨询电话",
        "户口登记,出生登记,幸福路1号,5551234",
        "户口登记,死亡登记,幸福路1号,5551234",
        "身份证办理,身份证换领,幸福路1号,5551234",
    )

    assert names(document) == ["户口登记（出生登记）", "户口登记（死亡登记）", "身份证办理"]


def test_a_main_name_within_the_other_name_is_not_said_twice() -> None:
    document = csv(
        "主项名称,办理事项,办理地点,咨询电话",
        "户口登记,出生户口登记,幸福路1号,5551234",
        "户口登记,户口登记（死亡）,幸福路1号,5551234",
    )

    assert names(document) == ["出生户口登记", "户口登记（死亡）"]


ITEMS: list[list[object]] = [
    ["事项名称", "办理地点", "咨询电话"],
    ["居住证", "幸福路1号", "5551234"],
    ["注：周末不办"],
]


def test_a_note_below_a_table_of_items_is_kept() -> None:
    document = workbook(ITEMS, merged="A3:C3")

    assert (document.title, texts(document)[0]) == ("表", "注：周末不办")
    assert texts(csv(*(",".join(map(str, row)) for row in ITEMS))) == texts(document)
    assert names(document) == ["居住证"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        *((one, "telephone") for one in ("电话号码", "联系人电话", "办公室电话", "办理窗口电话")),
        *((one, "telephone") for one in ("受理部门电话", "咨询电话", "电话", "申请人联系电话")),
        *((one, "place") for one in ("详细地址", "办理部门地址", "办理地址", "办理窗口")),
        *((one, "materials") for one in ("提供材料", "证明材料", "申请材料")),
        *((one, "complaint") for one in ("监督投诉电话", "投诉电话", "举报电话", "监督电话")),
        *((one, "online") for one in ("网办地址", "办理网址")),
        *((one, "department") for one in ("实施机关", "办理部门")),
        ("费用标准", "fee"),
        ("网站地址", "online"),
        ("电子邮箱地址", "other"),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, role: str) -> None:
    assert column_of(heading, {}).role == role


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.85, "0%", "85%"),
        (0.1234, "0.00%", "12.34%"),
        (1, "0%", "100%"),
        (0.1 + 0.2, "General", "0.3"),
        (12.3456, "0.00", "12.35"),
        (50, "0.00", "50.00"),
        (1234.5, '#,##0.00"元"', "1234.50元"),
        (50, '0"元/月"', "50元/月"),
        (1.5, "0.0#", "1.5"),
        (80, "[$¥-804]#,##0.00", "¥80.00"),
        (80, '_ "¥"* #,##0_ ', "¥80"),
        (12, "000000", "000012"),
        (-5, "0_ ;[Red]-0 ", "-5"),
        (5.0, "General", "5"),
        (316, "@", "316"),
        (123456, "0.00E+00", "123456"),
        (time(8, 30), "h:mm", "8:30"),
        (time(8, 30), "hh:mm", "08:30"),
        (time(8, 30, 15), "h:mm:ss", "8:30:15"),
        (time(14, 0), "h:mm AM/PM", "14:00"),
        (datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd h:mm", "2024-03-01 8:30"),  # noqa: DTZ001
        (datetime(2024, 3, 1), "yyyy年m月d日", "2024-03-01"),  # noqa: DTZ001
        (datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd", "2024-03-01"),  # noqa: DTZ001
    ],
)
def test_a_cell_says_what_people_see_in_it(value: object, form: str, shown: str) -> None:
    document = workbook([["社区", "数值", "说明"], ["枫桥", value, "甲"]], {"B2": form})

    assert texts(document) == [f"社区：枫桥；数值：{shown}；说明：甲"]


words = st.text("甲乙丙丁戊己庚辛。：注", max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=4), min_size=1, max_size=6))
def test_no_word_of_a_table_is_lost(rows: list[list[str]]) -> None:
    found = "".join(block.text for block in rows_of([["楼栋", "门口", "楼长"], *rows]))

    assert [cell for row in rows for cell in row if cell not in found] == []
