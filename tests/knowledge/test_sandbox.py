"""Files made to hurt end in one clear sentence, and what they hurt is not us."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import errors
from knowledge.reading import files
from knowledge.reading.sandbox import Limits, document_of, read_document
from tests.knowledge import bad_files as bad

LITTLE = Limits(memory=256 * 2**20, cpu_s=10)
HURTING: list[tuple[str, Callable[[], bytes], type[errors.DocumentError]]] = [
    ("笑.docx", bad.laughing_word, errors.BrokenDocumentError),
    ("笑十六.docx", lambda: bad.laughing_word("utf-16"), errors.BrokenDocumentError),
    ("笑.xlsx", bad.laughing_workbook, errors.BrokenDocumentError),
    ("深.docx", bad.deep_word, errors.BrokenDocumentError),
    ("胀.docx", bad.swollen_word, errors.DocumentError),
    ("炸.docx", lambda: bad.bomb(".docx"), errors.TooLargeError),
    ("炸.xlsx", lambda: bad.bomb(".xlsx"), errors.TooLargeError),
    ("图.png", bad.picture, errors.UnknownTypeError),
    ("图.pdf", bad.scanned_pdf, errors.ScannedDocumentError),
    ("锁.pdf", bad.locked_pdf, errors.EncryptedDocumentError),
    ("无尽.pdf", bad.endless_pdf, errors.DocumentError),
    ("层层.pdf", bad.nested_pdf, errors.DocumentError),
    ("胀.pdf", bad.swollen_pdf, errors.DemandingError),
    ("断.docx", lambda: bad.word()[:5000], errors.BrokenDocumentError),
    ("断.xlsx", lambda: bad.workbook()[:-400], errors.BrokenDocumentError),
    ("断.pdf", lambda: bad.written_pdf()[:60], errors.BrokenDocumentError),
]


@pytest.mark.parametrize(("name", "make", "error"), HURTING, ids=[one[0] for one in HURTING])
def test_a_file_made_to_hurt_ends_in_a_sentence(
    name: str, make: Callable[[], bytes], error: type[errors.DocumentError]
) -> None:
    content = make()

    with pytest.raises(error) as refused:
        document_of(content, name, LITTLE)

    assert str(refused.value).startswith(
        "不认识文件" if error is errors.UnknownTypeError else "文件"
    )
    assert name in str(refused.value)


def test_a_reader_gets_no_more_memory_than_its_limit() -> None:
    content = "好。".encode() * (3 * 2**20)  # 18 MB, as bytes, as text and as paragraphs

    with pytest.raises(errors.DemandingError):
        document_of(content, "多.txt", Limits(memory=64 * 2**20))


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("图.docx", bad.word_with_picture, "每户限养一只犬。"),
        ("远.xlsx", bad.wide_workbook, "事项"),
        ("深.html", bad.deep_html, "开门时间"),
        ("写.pdf", bad.written_pdf, "Notice 2026: the office opens at 8:30."),
    ],
)
def test_what_can_be_read_beside_it_is_read(
    name: str, make: Callable[[], bytes], text: str
) -> None:
    document = document_of(make(), name, LITTLE)

    assert [section.text for section in document.sections] == [text]


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(errors.DemandingError, match="慢"):
        document_of("第一条 好。".encode(), "慢.txt", Limits(wall_s=0.01))


def test_a_document_larger_than_may_cross_is_refused() -> None:
    with pytest.raises(errors.DemandingError):
        document_of("第一条 好。\n".encode() * 2000, "长.txt", Limits(output=4096))


def test_what_the_sandbox_brings_back_is_what_was_read() -> None:
    content = "云溪市养犬规定\n云府发〔2024〕3号\n第一条 每户限养一只犬。\n".encode("gb18030")

    assert document_of(content, "养犬.txt") == files.document_of(content, "养犬.txt")


def test_a_locked_archive_says_that_it_has_a_password() -> None:
    content = bytearray(bad.word())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        offsets = [entry.header_offset for entry in file.infolist()]
    for offset in offsets:
        content[offset + 6] |= 1  # general purpose bit 0: encrypted (APPNOTE 4.4.4)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)

    with pytest.raises(errors.EncryptedDocumentError):
        document_of(bytes(content), "锁.docx")


def test_a_missing_and_a_huge_file_are_named(tmp_path: Path) -> None:
    huge = tmp_path / "大.txt"
    with huge.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)

    with pytest.raises(errors.MissingDocumentError, match="没有"):
        read_document(tmp_path / "没有.txt")
    with pytest.raises(errors.TooLargeError, match="大"):
        read_document(huge)
