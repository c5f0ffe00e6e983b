"""What a file keeps of its form: encodings, numbers of lists, merged cells, clauses."""

import io
from datetime import datetime

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from openpyxl import Workbook

from knowledge.reading.document import Document
from knowledge.reading.encodings import decode
from knowledge.reading.files import document_of
from knowledge.reading.numbering import chinese, numeral, roman
from tests.knowledge.conftest import POLICY

TRADITIONAL = OpenCC("s2t").convert(POLICY).translate(str.maketrans("〔〕爲", "()為"))
SENTENCES = [line for line in POLICY.splitlines() if len(line) > 12]
FEW = settings(max_examples=40, deadline=None)


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", POLICY),
        ("utf-8-sig", POLICY),
        ("gbk", POLICY),
        ("gb18030", POLICY + "䶮𠮷"),
        ("big5", TRADITIONAL),
        ("big5hkscs", TRADITIONAL),
        ("utf-16", POLICY),
        ("utf-16-le", POLICY),
        ("utf-16-be", POLICY),
        ("utf-32", POLICY),
        ("utf-32-le", POLICY),
    ],
)
def test_a_chinese_text_is_read_in_whichever_encoding_it_is(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@FEW
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=8),
    st.sampled_from(["utf-8", "gbk", "utf-16-le", "utf-16-be", "utf-16"]),
)
def test_any_lines_of_a_policy_come_back_as_they_were(lines: list[str], encoding: str) -> None:
    text = "\r\n".join(lines)

    assert decode(text.encode(encoding)) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_a_text_or_none(content: bytes) -> None:
    text = decode(content)

    assert text is None or isinstance(text, str)


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (12, "chineseCountingThousand", "十二"),
        (105, "chineseCounting", "一百零五"),
        (20, "japaneseCounting", "二十"),
        (1010, "chineseCountingThousand", "一千零一十"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (11, "ideographTraditional", "甲"),
        (7, "decimal", "7"),
        (7, "somethingNew", "7"),
    ],
)
def test_a_number_is_written_as_the_list_says(number: int, form: str, written: str) -> None:
    assert numeral(number, form) == written


@given(st.integers(1, 3999))
def test_numerals_are_different_for_different_numbers(number: int) -> None:
    assert chinese(number) != chinese(number + 1)
    assert roman(number) != roman(number % 3999 + 1)


def listed(document: object, text: str, number: str, level: int = 0) -> None:
    """Add a paragraph of a list, as Word keeps it: the number is not in the words."""
    paragraph = document.add_paragraph(text)  # type: ignore[attr-defined]
    properties = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", str(level)), ("w:numId", number)):
        child = OxmlElement(name)
        child.set(qn("w:val"), value)
        properties.append(child)
    paragraph._p.get_or_add_pPr().append(properties)


def with_list(document: object, number: str, *levels: tuple[str, str]) -> None:
    """Define a list of these (format, text) levels."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    family = OxmlElement("w:abstractNum")
    family.set(qn("w:abstractNumId"), f"9{number}")
    for at, (form, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(at))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        family.append(level)
    root.insert(0, family)
    link, one = OxmlElement("w:abstractNumId"), OxmlElement("w:num")
    link.set(qn("w:val"), f"9{number}")
    one.set(qn("w:numId"), number)
    one.append(link)
    root.append(one)


def with_restart(document: object, number: str, of: str, start: str = "1") -> None:
    """Define a list that counts with another, and begins anew, as Word's 重新开始于一 does."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    one, link = OxmlElement("w:num"), OxmlElement("w:abstractNumId")
    override, begin = OxmlElement("w:lvlOverride"), OxmlElement("w:startOverride")
    one.set(qn("w:numId"), number)
    link.set(qn("w:val"), f"9{of}")
    override.set(qn("w:ilvl"), "0")
    begin.set(qn("w:val"), start)
    override.append(begin)
    one.append(link)
    one.append(override)
    root.append(one)


def test_a_list_that_begins_anew_is_counted_anew_once() -> None:
    word = docx.Document()
    with_list(word, "77", ("chineseCounting", "（%1）"))
    with_restart(word, "78", "77")
    with_restart(word, "79", "77", "5")
    word.add_paragraph("养犬规定")
    for text, number in (
        ("登记；", "77"), ("免疫。", "77"), ("犬证；", "78"), ("照片。", "78"), ("续证。", "79"),
        ("年检。", "78"),
    ):  # fmt: skip
        listed(word, text, number)

    document = document_of(saved(word), "养犬.docx")

    assert "".join(texts(document)).split("\n") == [
        "（一）登记；",
        "（二）免疫。",
        "（一）犬证；",
        "（二）照片。",
        "（五）续证。",
        "（六）年检。",
    ]


def saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def test_articles_and_items_that_word_numbers_keep_their_numbers() -> None:
    word = docx.Document()
    with_list(
        word,
        "77",
        ("chineseCountingThousand", "第%1章 "),
        ("chineseCountingThousand", "第%2条 "),
        ("chineseCounting", "（%3）"),
    )
    word.add_paragraph("云溪市养犬规定")
    listed(word, "总则", "77", 0)
    listed(word, "为规范养犬，制定本规定。", "77", 1)
    listed(word, "每户限养一只犬：", "77", 1)
    listed(word, "登记的；", "77", 2)
    listed(word, "免疫的。", "77", 2)
    listed(word, "罚则", "77", 0)
    listed(word, "违反本规定的，处二百元罚款。", "77", 1)

    document = document_of(saved(word), "养犬.docx")

    assert [(one.context, one.label) for one in document.sections] == [
        ("第一章 总则", "第一条"),
        ("第一章 总则", "第二条"),
        ("第二章 罚则", "第一条"),
    ]
    assert document.sections[1].text == "每户限养一只犬：\n（一）登记的；\n（二）免疫的。"


def test_words_in_content_controls_and_insertions_are_read_and_deleted_ones_are_not() -> None:
    word = docx.Document()
    word.add_paragraph("养犬规定")
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    content.append(word.add_paragraph("第一条 登记免费。")._p)
    word.element.body.insert(1, control)
    paragraph = word.add_paragraph("第二条 ")
    for tag, text_tag, words in (
        ("w:ins", "w:t", "每年年检。"),
        ("w:del", "w:delText", "每月年检。"),
    ):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)

    document = document_of(saved(word), "养犬.docx")

    assert texts(document) == ["登记免费。", "每年年检。"]


def test_merged_cells_of_a_word_table_speak_for_all_they_cover() -> None:
    word = docx.Document()
    word.add_heading("收费", 1)
    table = word.add_table(rows=4, cols=3)
    for row, words in zip(
        table.rows,
        [
            ("项目", "收费", ""),
            ("", "居民", "单位"),
            ("登记", "免费", "50元"),
            ("年检", "10元", ""),
        ],
        strict=True,
    ):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(3, 1).merge(table.cell(3, 2))

    document = document_of(saved(word), "收费.docx")

    assert texts(document) == [
        "项目：登记；收费居民：免费；收费单位：50元",
        "项目：年检；收费居民：10元；收费单位：10元",
    ]


def test_merged_cells_of_a_workbook_speak_for_all_they_cover() -> None:
    file, book = io.BytesIO(), Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["服务事项一览表", None, None, None],
        ["类别", "津贴", "天数", "更新"],
        ["民政", "高龄津贴", 5.0, datetime(2026, 1, 31)],  # noqa: DTZ001 - as Excel has days
        [None, "临时救助", 10, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    book.save(file)

    document = document_of(file.getvalue(), "事项.xlsx")

    assert document.title == "服务事项一览表"
    assert texts(document) == [
        "类别：民政；津贴：高龄津贴；天数：5；更新：2026-01-31",
        "类别：民政；津贴：临时救助；天数：10",
    ]


def test_merged_cells_of_a_web_page_speak_for_all_they_cover() -> None:
    page = (
        "<h1>收费</h1><table><tr><th rowspan=2>项目<th colspan=2>收费</tr>"
        "<tr><th>居民</th><th>单位</th></tr>"
        "<tr><td rowspan='2'>登记</td><td>免费</td><td>50元</td></tr>"
        "<tr><td colspan='2'>补办 10元</td></tr></table>"
    )

    document = document_of(page.encode(), "收费.html")

    assert texts(document)[0] == "项目：登记；收费居民：免费；收费单位：50元"
    assert texts(document)[1] == "项目：登记；收费居民：补办 10元；收费单位：补办 10元"


def test_a_table_within_a_table_that_only_lays_the_page_out_loses_no_words() -> None:
    page = (
        "<h1>停水</h1><table><tr><td>前言<table><tr><th>地点</th><th>时间</th></tr>"
        "<tr><td>3栋</td><td>8点</td></tr></table>请提前储水</td></tr></table>"
    )

    document = document_of(page.encode(), "停水.html")

    assert "".join(texts(document)) == "前言地点：3栋；时间：8点请提前储水"


clauses = st.lists(
    st.lists(st.sampled_from(SENTENCES).map(lambda line: line.replace("第", "")), max_size=3),
    min_size=1,
    max_size=12,
)


@FEW
@given(clauses, st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_every_word_of_a_regulation_stands_under_its_own_article(
    articles: list[list[str]], encoding: str
) -> None:
    bodies = ["\n".join(["应当登记。", *lines]) for lines in articles]
    lines = [f"第{chinese(at)}条 {body}" for at, body in enumerate(bodies, 1)]
    content = "\n".join(["云溪市养犬管理规定", *lines]).encode(encoding)

    document = document_of(content, "养犬.txt")

    found: dict[str, str] = {}
    for section in document.sections:
        found[section.label] = found.get(section.label, "") + section.text
    kept = {label: text.replace("\n", "") for label, text in found.items()}
    assert kept == {
        f"第{chinese(at)}条": body.replace("\n", "") for at, body in enumerate(bodies, 1)
    }


cells = st.text(alphabet="甲乙丙丁戊己庚辛", min_size=1, max_size=4)


@FEW
@example([["丁"] * 3] * 2)  # which is also a table in Big5, of one usual character
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_cell_of_a_table_is_read_under_its_column(rows: list[list[str]]) -> None:
    header = ["楼栋", "门口", "楼长"]
    lines = [",".join(row) for row in [header, *rows]]

    document = document_of("\n".join(lines).encode("gb18030"), "事项.csv")

    assert texts(document) == [
        "；".join(f"{name}：{cell}" for name, cell in zip(header, row, strict=True))
        for row in rows
    ]
