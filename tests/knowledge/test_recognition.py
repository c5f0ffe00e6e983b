"""Scanned pages are read where the extra is installed, and say that they want checking."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw, ImageFont

from knowledge.desk import Desk
from knowledge.errors import ScannedDocumentError
from knowledge.item import Audience
from knowledge.reading import recognition
from knowledge.reading.document import Document, Section
from knowledge.reading.recognition import Piece, lines_of
from knowledge.reading.sandbox import document_of
from knowledge.reading.terms import terms_of

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
needs_extra = pytest.mark.skipif(
    not recognition.is_installed(), reason="the OCR extra is not installed (make setup-ocr)"
)


def scan(*lines: str) -> bytes:
    """A page of which only a picture is left."""
    page = Image.new("L", (1240, 900), 248)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=44)
    for number, line in enumerate(lines):
        draw.text((120, 120 + 110 * number), line, font=font, fill=25)
    made = io.BytesIO()
    page.rotate(0.6, fillcolor=248).save(made, "PDF", resolution=150)
    return made.getvalue()


def test_pieces_beside_each_other_are_one_line() -> None:
    pieces = [
        Piece(words="3 days", left=500, top=102, bottom=140),
        Piece(words="Fee", left=40, top=160, bottom=200),
        Piece(words="Time limit", left=40, top=100, bottom=141),
        Piece(words="none", left=500, top=163, bottom=199),
    ]

    assert lines_of(pieces) == ["Time limit 3 days", "Fee none"]


def test_no_pieces_are_no_lines() -> None:
    assert lines_of([]) == []


@needs_extra
def test_a_scanned_page_is_read() -> None:
    found = document_of(scan("Notice 2026", "The office opens at 8:30."), "scan.pdf")

    assert found.is_recognised
    assert "8:30" in " ".join([found.title, *(section.text for section in found.sections)])


@needs_extra
def test_an_empty_page_is_still_refused() -> None:
    with pytest.raises(ScannedDocumentError):
        document_of(scan(), "empty.pdf")


@pytest.mark.skipif(recognition.is_installed(), reason="the OCR extra is installed")
def test_without_the_extra_the_sentence_says_what_to_do() -> None:
    with pytest.raises(ScannedDocumentError, match="make setup-ocr"):
        document_of(scan("Notice 2026"), "scan.pdf")


@pytest.mark.parametrize("is_recognised", [True, False])
def test_the_history_says_that_words_were_recognised(desk: Desk, is_recognised: bool) -> None:
    store = desk.documents
    document = Document(
        file="通知.pdf", title="通知", sections=(Section(text="早上八点半开门。"),),
        is_recognised=is_recognised, digest="5" * 64,
    )  # fmt: skip

    record = store.add(document, terms_of(document, audience=Audience.PUBLIC), now=NOW)

    assert store.is_recognised(record.number) is is_recognised
    assert ("识别" in store.history(record.series)[0].note) is is_recognised
