"""DOCX, XLSX, CSV and PDF become blocks."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.markdown import read_text

if TYPE_CHECKING:
    from docx.table import _Cell

MAX_ROWS = 20_000
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read_docx(content: bytes) -> list[Block]:
    """Return paragraphs and tables in the order of the document."""
    from docx import Document
    from docx.table import Table

    document = Document(io.BytesIO(content))
    blocks: list[Block] = []
    for element in document.iter_inner_content():
        if isinstance(element, Table):
            blocks += rows_of(
                [[cell.text for cell in _distinct(row.cells)] for row in element.rows]
            )
        elif text := " ".join(element.text.split()):
            level = _level(element.style.name if element.style else "")
            kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
            blocks.append(Block(kind, text, level))
    return blocks


def _distinct(cells: "Iterable[_Cell]") -> "Iterator[_Cell]":
    """Pass a merged cell on once."""
    seen = None
    for cell in cells:
        if seen is None or getattr(cell, "_tc", None) is not getattr(seen, "_tc", None):
            yield cell
        seen = cell


def _level(style: str | None) -> int:
    if style is None:
        return 0
    if style.lower() == "title":
        return 1
    match = _HEADING_STYLE.match(style)
    return int(match[1]) if match else 0


def read_xlsx(content: bytes) -> list[Block]:
    """Return every sheet as a heading and the rows below it."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    blocks: list[Block] = []
    for sheet in book.worksheets:
        rows = [
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(max_row=MAX_ROWS, values_only=True)
        ]
        if found := rows_of(_trimmed(rows)):
            blocks += [Block(BlockKind.HEADING, sheet.title, 2), *found]
    book.close()
    return blocks


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Drop the columns that are empty in every row."""
    used = [
        at
        for at in range(max(map(len, rows), default=0))
        if any(at < len(r) and r[at] for r in rows)
    ]
    return [[row[at] if at < len(row) else "" for at in used] for row in rows]


def read_csv(text: str) -> list[Block]:
    """Return the rows of a table parted by commas, semicolons or tabs."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return rows_of(list(csv.reader(io.StringIO(text), delimiter=delimiter))[:MAX_ROWS])


def read_pdf(content: bytes) -> list[Block]:
    """Return the text layer, without the heads and feet that every page repeats."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        pages = [_page_lines(document, number) for number in range(len(document))]
    finally:
        document.close()
    repeated = _repeated(pages)
    lines = [
        line for page in pages for line in page if line not in repeated and not _is_number(line)
    ]
    return read_text("\n".join(lines))


def _page_lines(document: object, number: int) -> list[str]:
    page = document[number]  # type: ignore[index]
    text_page = page.get_textpage()
    text = str(text_page.get_text_bounded())
    text_page.close()
    page.close()
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]


def _repeated(pages: list[list[str]]) -> frozenset[str]:
    if len(pages) < 3:
        return frozenset()
    edges = Counter(line for page in pages for line in {*page[:1], *page[-1:]})
    return frozenset(line for line, count in edges.items() if count > len(pages) // 2)


def _is_number(line: str) -> bool:
    return bool(re.fullmatch(r"[-—– ]*(第\s*)?\d+\s*(页)?(\s*[/共]\s*\d+\s*页?)?[-—– ]*", line))


def unpacked_size(content: bytes) -> int:
    """Return how large an Office file would be unpacked, by its own directory.

    Raises:
        zipfile.BadZipFile: it is not such a file.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())
