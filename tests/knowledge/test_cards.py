"""A table whose headings and values take turns is the card of one item."""

import io

import docx
import pytest

from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder
from knowledge.reading.files import document_of
from knowledge.settings import Settings

CARD = [
    ["事项名称", "助餐卡办理", "实施主体", "幸福街道办事处"],
    ["服务对象", "年满65周岁的老年人。", "年满65周岁的老年人。", "年满65周岁的老年人。"],
    ["申请材料", "1.身份证\n2.照片2张", "1.身份证\n2.照片2张", "1.身份证\n2.照片2张"],
    ["办理时限", "5个工作日", "收费标准", "不收费"],
    ["办理地点", "幸福路1号3号窗口", "咨询电话", "010-00001234"],
]


def word(rows: list[list[str]]) -> bytes:
    """A Word file with a table; places beside and below one another that say the same are one."""
    file, document = io.BytesIO(), docx.Document()
    document.add_heading("办理指南", 0)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            if x and row[x - 1] == text:
                cell = table.cell(y, x - 1).merge(cell)
            elif y and text and rows[y - 1][x] == text:
                cell = table.cell(y - 1, x).merge(cell)
            cell.text = text
    document.save(file)
    return file.getvalue()


def told(content: bytes, file: str = "指南.docx") -> list[str]:
    return [one.text for one in document_of(content, file).sections]


def test_a_card_of_four_columns_says_each_cell_once_with_what_it_is_of() -> None:
    assert told(word(CARD)) == [
        "事项名称：助餐卡办理；实施主体：幸福街道办事处",
        "事项名称：助餐卡办理；服务对象：年满65周岁的老年人。",
        "事项名称：助餐卡办理；申请材料：1.身份证；2.照片2张",
        "事项名称：助餐卡办理；办理时限：5个工作日",
        "事项名称：助餐卡办理；收费标准：不收费",
        "事项名称：助餐卡办理；办理地点：幸福路1号3号窗口",
        "事项名称：助餐卡办理；咨询电话：010-00001234",
    ]


def test_a_heading_that_reaches_down_has_a_list() -> None:
    rows = [
        ["事项名称", "助餐卡办理", ""],
        ["申请材料", "身份证", "原件"],
        ["申请材料", "照片", "2张"],
        ["咨询电话", "010-00001234", ""],
    ]

    assert "事项名称：助餐卡办理；申请材料：身份证：原件；照片：2张" in told(word(rows))


def test_what_goes_on_below_belongs_to_the_heading_above() -> None:
    rows = [
        CARD[0],
        CARD[3],
        ["申请材料", "身份证", "咨询电话", "010-1"],
        ["", "照片", "", "010-2"],
    ]

    assert told(word(rows))[-2:] == [
        "事项名称：助餐卡办理；申请材料：身份证；照片",
        "事项名称：助餐卡办理；咨询电话：010-1；010-2",
    ]


def test_cards_one_below_another_are_of_several_items() -> None:
    content = word([*CARD, ["事项名称", "老年证办理", "联系电话", "010-00005678"]])

    assert told(content)[-1] == "事项名称：老年证办理；联系电话：010-00005678"


def test_a_card_without_a_name_says_each_entry_by_itself() -> None:
    assert told(word(CARD[1:])) == [
        "服务对象：年满65周岁的老年人。",
        "申请材料：1.身份证；2.照片2张",
        "办理时限：5个工作日",
        "收费标准：不收费",
        "办理地点：幸福路1号3号窗口",
        "咨询电话：010-00001234",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["项目", "收费标准", "咨询电话", "备注"], ["停车", "5元", "010-1", "每小时"]],
        [["项目名称", "收费标准"], ["停车", "5元"], ["装修", "3元"], ["充电", "1元"]],
        [["部门", "电话"], ["民政科", "010-1"], ["城管科", "010-2"], ["党办", "010-3"]],
    ],
)
def test_a_table_with_headings_above_is_no_card(rows: list[list[str]]) -> None:
    document = document_of(word(rows), "表.docx")

    assert not any(one.service for one in document.sections)
    assert len(document.sections) == len(rows) - 1


def test_a_card_on_a_web_page_is_read_alike() -> None:
    card = [[cell.replace("\n", "、") for cell in row] for row in CARD]
    rows = ""
    for first, second, third, fourth in card:
        is_wide = second == third
        rows += f"<tr><td>{first}<td colspan={3 if is_wide else 1}>{second}"
        rows += "" if is_wide else f"<td>{third}<td>{fourth}"

    assert told(f"<h1>指南</h1><table>{rows}</table>".encode(), "指南.html") == told(word(card))


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("助餐卡几天能办好", "5个工作日"),
        ("助餐卡要带什么材料", "1.身份证；2.照片2张"),
        ("助餐卡咨询电话是多少", "010-00001234"),
    ],
)
def test_what_a_card_tells_is_answered(
    real_embedder: Embedder, settings: Settings, question: str, quote: str
) -> None:
    desk = Desk(settings, embedder=real_embedder)
    desk.add_bytes(word(CARD), "指南.docx", publish=True)

    told = LiveAnswerer(desk).answer(question, is_enquiry=True).text
    desk.close()

    assert quote in told.splitlines()[0]
