"""The head of a text is taken for what it is, and nothing that stands in it is dropped."""

import io
from collections.abc import Callable

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


RULES = "幸福里社区停车管理办法"
COMMITTEE = "幸福里社区居民委员会"
ARTICLE = "第一条 本办法适用于幸福里社区内机动车停放。"


def markdown(*lines: str) -> Document:
    return document_of("\n\n".join(lines).encode(), "停车.md")


@pytest.mark.parametrize(
    "lines",
    [
        [COMMITTEE, "2026年3月1日"],
        ["2026年3月1日", COMMITTEE],
        [f"{COMMITTEE} 2026年3月1日"],
        [f"（{COMMITTEE}　2026年3月1日印发）"],
        [COMMITTEE, "（二〇二六年三月一日）"],
        [COMMITTEE, "发布日期：2026年3月1日"],
        ["发布单位：幸福里社区居民委员会", "2026-03-01"],
        [f"发布单位：{COMMITTEE}　发布日期：2026年3月1日"],
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        lambda *lines: markdown(f"# {RULES}", *lines, "## 第一章 总则", ARTICLE),
        lambda *lines: read(RULES, "", *lines, "", "第一章 总则", ARTICLE),
        lambda *lines: word(
            (RULES, "Title"),
            *((one, "") for one in lines),
            ("第一章 总则", "Heading 2"),
            (ARTICLE, ""),
        ),
    ],
)
def test_who_issued_it_and_when_is_read_below_the_title(
    written: Callable[..., Document], lines: list[str]
) -> None:
    document = written(*lines)

    assert (document.title, document.issuer) == (RULES, COMMITTEE)
    assert document.issued == "2026-03-01"
    assert COMMITTEE not in "".join(texts(document))
    assert [one.label for one in document.sections] == ["第一条"]


def test_all_who_issued_it_together_are_read() -> None:
    document = read(NOTICE, "幸福区民政局", "幸福区财政局", "2026年3月1日", BODY)

    assert (document.issuer, document.issued) == ("幸福区民政局 幸福区财政局", "2026-03-01")
    assert texts(document) == [BODY]


def test_a_day_alone_above_the_first_chapter_is_when_it_was_issued() -> None:
    document = markdown(f"# {RULES}", "2026年3月1日", "## 第一章 总则", *[ARTICLE] * 4)

    assert document.issued == "2026-03-01"


def test_the_note_below_a_title_tells_when_it_was_last_decided() -> None:
    note = "（2024年1月5日居民会议通过，2026年3月1日修订）"

    document = markdown(f"# {RULES}", note, "## 第一章 总则", ARTICLE)

    assert document.issued == "2026-03-01"
    assert note in texts(document)[0]


@pytest.mark.parametrize(
    "lines",
    [
        ["幸福里社区卫生服务中心", "地址：幸福路16号", "幸福里派出所", *"甲乙丙丁"],
        ["2026年3月1日", "上午九点在广场集合。", "请带好身份证。", "凭票入场。", "过时不候。"],
        ["社区服务中心", "2026年3月1日", "张三值班", "2026年3月2日", "李四值班", *"甲乙丙丁"],
        ["（按照2024年1月5日发布的办法制定）", *"甲乙丙丁"],
        ["本办法由社区居民委员会", "2026年3月1日起施行。", *"甲乙丙丁"],
    ],
)
def test_names_and_days_of_the_text_are_not_taken_for_its_head(lines: list[str]) -> None:
    document = markdown("# 社区一览", *lines)

    assert (document.issuer, document.issued) == ("", "")
    assert "".join(texts(document)).replace("\n", "") == "".join(lines)
