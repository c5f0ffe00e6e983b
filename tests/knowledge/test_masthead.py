"""The head of a text is taken for what it is, and nothing that stands in it is dropped."""

import io

import docx
import pytest
from openpyxl import Workbook

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.document import Document
from knowledge.reading.files import document_of
from knowledge.reading.masthead import read_masthead

NOTICE = "关于提高高龄津贴标准的通知"
BODY = "80周岁以上老人每人每月100元。"


def read(*lines: str) -> Document:
    return document_of("\n".join(lines).encode(), "津贴.txt")


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


def word(*lines: tuple[str, str]) -> Document:
    file, document = io.BytesIO(), docx.Document()
    for text, style in lines:
        document.add_paragraph(text, style or None)
    document.save(file)
    return document_of(file.getvalue(), "津贴.docx")


def test_a_heading_after_the_body_is_no_title() -> None:
    document = word(
        (NOTICE, ""),
        ("各社区居委会：", ""),
        (BODY, ""),
        ("一、申请材料", "Heading 1"),
        ("身份证。", ""),
    )

    assert document.title == NOTICE
    assert texts(document) == [f"各社区居委会：\n{BODY}", "身份证。"]
    assert document.sections[1].label == "一、申请材料"


def test_a_heading_does_not_take_the_place_of_an_official_title() -> None:
    document = word((NOTICE, ""), ("每人每月100元", ""), ("材料", "Heading 1"), ("身份证。", ""))

    assert document.title == NOTICE
    assert texts(document) == ["每人每月100元", "身份证。"]


def test_what_stands_above_a_heading_that_is_the_title_is_kept() -> None:
    page = f"<p>首页 &gt; 通知公告</p><h1>{NOTICE}</h1><p>{BODY}</p>"

    document = document_of(page.encode(), "通知.html")

    assert document.title == NOTICE
    assert "".join(texts(document)) == f"首页 > 通知公告\n{BODY}"


def test_the_only_heading_of_a_page_is_its_title_and_the_text_above_it_is_kept() -> None:
    page = f"<p>欢迎访问幸福区政府网站。</p><h1>津贴标准</h1><p>{BODY}</p>"

    document = document_of(page.encode(), "通知.html")

    assert document.title == "津贴标准"
    assert texts(document) == [f"欢迎访问幸福区政府网站。\n{BODY}"]


def test_a_name_within_the_text_is_no_title() -> None:
    document = read(NOTICE, BODY, "名称：幸福超市", "地址：幸福路16号")

    assert document.title == NOTICE
    assert texts(document) == [f"{BODY}\n名称：幸福超市\n地址：幸福路16号"]


def test_headings_of_parts_below_a_text_are_no_title() -> None:
    document = word((BODY, ""), ("材料", "Heading 1"), ("照片。", ""), ("流程", "Heading 1"))

    assert document.title == "津贴"
    assert texts(document) == [BODY, "照片。", "流程"]


def test_a_numbered_heading_is_no_title() -> None:
    document = document_of("# 一、材料\n\n身份证。\n".encode(), "津贴.md")

    assert (document.title, document.sections[0].label) == ("津贴", "一、材料")


@pytest.mark.parametrize(
    "head",
    [
        ["幸福区民政局文件", "幸民发〔2024〕12号", NOTICE],
        ["幸福区民政局文件", "幸民发〔2024〕12号 签发人：张三", NOTICE],
        ["幸福区民政局", "幸民发〔2024〕12号", NOTICE],
        ["幸民发〔2024〕12号", "幸福区民政局" + NOTICE, "来源：幸福区民政局"],
        ["幸福区民政局文件", NOTICE, "（幸民发〔2024〕12号）"],
        ["幸福区民政局文件", "幸民发〔2024〕12号", "关于提高高龄津贴", "标准的通知"],
    ],
)
def test_the_title_stands_below_the_letterhead(head: list[str]) -> None:
    document = read(*head, BODY)

    assert document.title.removeprefix("幸福区民政局") == NOTICE
    assert document.number == "幸民发〔2024〕12号"
    assert document.issuer == "幸福区民政局"
    assert texts(document) == [BODY]


def test_a_letterhead_above_a_heading_is_not_the_text() -> None:
    document = word(
        ("幸福区民政局文件", ""), ("幸民发〔2024〕12号", ""), (NOTICE, "Title"), (BODY, "")
    )

    assert (document.title, document.issuer) == (NOTICE, "幸福区民政局")
    assert texts(document) == [BODY]


@pytest.mark.parametrize(
    "line",
    [
        "为贯彻落实《国务院关于养老的意见》（国发〔2015〕52号）精神，制定本办法。",
        "根据国发〔2015〕52号，现通知如下：",
        "（根据国发〔2015〕52号制定）",
        "根据国发〔2015〕52号",
    ],
)
def test_the_number_of_another_text_is_not_its_own(line: str) -> None:
    document = read("高龄津贴发放办法", line, BODY)

    assert document.number == ""
    assert line in texts(document)[0]


@pytest.mark.parametrize(
    "head",
    [
        ["高龄津贴发放办法", "云民发〔2024〕18号"],
        ["高龄津贴发放办法", "（云民发〔2024〕18号）"],
        ["高龄津贴发放办法（云民发〔2024〕18号）"],
        ["高龄津贴发放办法", "（2024年3月1日云溪市民政局 云民发〔2024〕18号公布）"],
        ["高龄津贴发放办法", "发文字号：云民发〔2024〕18号"],
        ["高龄津贴发放办法", "发布日期：2024年3月1日", "云民发〔2024〕18号"],
    ],
)
def test_its_own_number_is_read(head: list[str]) -> None:
    assert read(*head, BODY).number == "云民发〔2024〕18号"


def test_a_number_in_a_title_that_passes_another_text_on_is_not_its_own() -> None:
    assert read("转发国务院关于养老的意见（国发〔2015〕52号）", BODY).number == ""


def test_the_second_number_is_a_line_of_the_text() -> None:
    document = read(NOTICE, "幸民发〔2024〕12号", "幸民发〔2023〕2号", BODY)

    assert document.number == "幸民发〔2024〕12号"
    assert "幸民发〔2023〕2号" in texts(document)[0]


def test_a_date_line_without_a_date_is_a_line_of_the_text() -> None:
    document = read(NOTICE, "日期：另行通知", BODY)

    assert texts(document) == [f"日期：另行通知\n{BODY}"]


def workbook(sheet_name: str, *rows: list[str | None]) -> Document:
    file, book = io.BytesIO(), Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = sheet_name
    for row in rows:
        sheet.append(row)
    if None in rows[0]:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
    book.save(file)
    return document_of(file.getvalue(), "电话表.xlsx")


@pytest.mark.parametrize("name", ["Sheet1", "Sheet", "sheet 2", "工作表1", "工作表", "表1"])
def test_the_name_that_a_sheet_has_by_default_is_no_title(name: str) -> None:
    rows: list[list[str | None]] = [
        ["社区", "电话", "地点"],
        ["枫桥社区", "65510098", "枫桥路18号"],
    ]

    bare = workbook(name, *rows)
    captioned = workbook(name, ["社区电话一览表", None, None], *rows)

    assert (bare.title, captioned.title) == ("电话表", "社区电话一览表")
    assert texts(bare) == texts(captioned) == ["社区：枫桥社区；电话：65510098；地点：枫桥路18号"]
    assert {one.context for one in bare.sections} == {""}


def test_the_name_that_a_person_gave_a_sheet_is_a_title() -> None:
    assert workbook("社区电话", ["社区", "电话"], ["枫桥社区", "65510098"]).title == "社区电话"


def test_two_lines_of_a_list_are_not_one_title() -> None:
    blocks = [
        Block(BlockKind.PARAGRAPH, "高龄津贴发放办法"),
        Block(BlockKind.HEADING, "申请办法", 2),
    ]

    head = read_masthead(blocks, "a")

    assert (head.title, list(head.body)) == ("高龄津贴发放办法", blocks[1:])
