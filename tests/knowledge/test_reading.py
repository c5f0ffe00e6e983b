"""Files of many formats become documents, or say in one sentence why not."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

from knowledge import errors
from knowledge.reading.document import Document
from knowledge.reading.files import MAX_BYTES, document_of
from knowledge.reading.folders import documents_in
from knowledge.reading.sandbox import read_document
from tests.knowledge.conftest import POLICY

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def labels(document: Document) -> list[str]:
    return [section.label for section in document.sections]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_in_any_chinese_encoding_is_read_with_its_articles(encoding: str) -> None:
    document = document_of(POLICY.encode(encoding), "津贴.txt")

    assert document.title == "云溪市高龄津贴发放办法"
    assert labels(document)[:4] == ["第一条", "第二条", "第三条", "第四条"]


def test_the_masthead_is_understood() -> None:
    document = document_of(POLICY.encode(), "津贴.txt")

    assert (document.number, document.issuer) == ("云民发〔2024〕18号", "云溪市民政局")
    assert document.issued == "2024-04-02"


def test_an_article_knows_its_chapter_and_keeps_its_items() -> None:
    section = document_of(POLICY.encode(), "津贴.txt").sections[2]

    assert section.context == "第二章 标准"
    assert "（二）90至99周岁" in section.text


def test_a_markdown_table_becomes_rows_with_their_column_names() -> None:
    text = "# 收费\n\n| 品类 | 费用 | 时间 |\n|---|---|---|\n| 床垫 | 50元 | 周三 |\n"

    document = document_of(text.encode(), "收费.md")

    assert document.sections[0].text == "品类：床垫；费用：50元；时间：周三"


def test_a_question_and_its_reply_become_one_section() -> None:
    text = "政策问答\n问：补贴多少钱？\n答：每月100元。\n问：在哪申请？答：社区居委会。\n"

    sections = document_of(text.encode(), "问答.txt").sections

    assert [(one.question, one.text) for one in sections] == [
        ("补贴多少钱？", "每月100元。"),
        ("在哪申请？", "社区居委会。"),
    ]


def test_a_web_page_is_read_without_its_menu() -> None:
    page = "<title>通知</title><nav>首页</nav><h1>停水通知</h1><p>8月1日停水。</p>"

    document = document_of(page.encode(), "通知.html")

    assert document.title == "停水通知"
    assert [one.text for one in document.sections] == ["8月1日停水。"]


def test_a_word_file_keeps_headings_and_tables() -> None:
    file, word = io.BytesIO(), docx.Document()
    word.add_heading("养犬规定", 1)
    word.add_paragraph("第一条 每户限养一只犬。")
    table = word.add_table(rows=2, cols=3)
    for cell, text in zip(
        table._cells, ["项目", "费用", "时限", "登记", "免费", "7日"], strict=True
    ):
        cell.text = text
    word.save(file)

    document = document_of(file.getvalue(), "养犬.docx")

    assert document.title == "养犬规定"
    assert document.sections[-1].text == "项目：登记；费用：免费；时限：7日"


def test_a_workbook_is_read_row_by_row() -> None:
    file, book = io.BytesIO(), Workbook()
    assert book.active is not None
    for row in (["社区", "电话", "地点"], ["枫桥社区", "65510098", "枫桥路18号"]):
        book.active.append(row)
    book.save(file)

    document = document_of(file.getvalue(), "电话.xlsx")

    assert document.sections[0].text == "社区：枫桥社区；电话：65510098；地点：枫桥路18号"


def zipped(**files: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.txt", errors.EmptyDocumentError),
        ("　\n ".encode(), "a.txt", errors.EmptyDocumentError),
        (b"%PDF-1.4 broken", "a.pdf", errors.BrokenDocumentError),
        (b"hello", "a.pdf", errors.WrongTypeError),
        (b"%PDF-1.4", "a.txt", errors.WrongTypeError),
        (bytes(range(256)) * 9, "a.md", errors.WrongTypeError),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", errors.EncryptedDocumentError),
        (OLE + b"WordDocument", "a.docx", errors.OldFormatError),
        (OLE + b"WordDocument", "a.doc", errors.OldFormatError),
        (b"PK\x03\x04 broken", "a.docx", errors.BrokenDocumentError),
        (zipped(note="x"), "a.docx", errors.WrongTypeError),
        (zipped(note="0" * (201 * 2**20)), "a.xlsx", errors.TooLargeError),
        (b"x" * (MAX_BYTES + 1), "a.txt", errors.TooLargeError),
        (b"MZ", "a.exe", errors.UnknownTypeError),
    ],
)
def test_a_file_that_is_no_document_says_why(
    content: bytes, name: str, error: type[errors.DocumentError]
) -> None:
    with pytest.raises(error, match=name):
        document_of(content, name)


def test_a_folder_stands_for_the_documents_in_it(tmp_path: Path) -> None:
    for name in ("b.md", "a/规定.DOCX", "a/旧.doc", "~$b.docx", ".git/c.md", "照片.jpg", "d.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")

    found = list(documents_in([tmp_path, tmp_path / "照片.jpg"]))

    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["a/旧.doc", "a/规定.DOCX", "b.md", "d.pdf", "照片.jpg"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.MissingDocumentError, match=r"没有\.txt"):
        read_document(tmp_path / "没有.txt")
