"""XLSX, CSV and PDF become blocks."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.cells import lines, shown
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.grid import MAX_CELLS, Cell, blocks_of
from knowledge.reading.pages import blocks_of_pages
from knowledge.reading.services import service_blocks

MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_MERGED = 20_000
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def read_xlsx(content: bytes, columns: Mapping[str, str] = NO_COLUMNS) -> list[Block]:
    """Return every sheet as a heading and the rows below it.

    ``columns`` are headings of service items with the roles a person has named.
    """
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    blocks: list[Block] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet in book.worksheets:
            rows = [
                [shown(cell) for cell in row]
                for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
            ]
            merged = _merged(archive, getattr(sheet, "_worksheet_path", ""))
            grid = _grid(_trimmed(rows), merged)
            services = service_blocks(grid, columns)
            if services is not None:
                blocks += services
            elif found := blocks_of(grid):
                is_named = not _DEFAULT_NAME.fullmatch(sheet.title)
                blocks += [Block(BlockKind.HEADING, sheet.title, 2)] if is_named else []
                blocks += found
    book.close()
    return blocks


Area = tuple[int, int, int, int]  # first row and column, last row and column, from nought


def _merged(archive: zipfile.ZipFile, part: str) -> list[Area]:
    """Return the merged cells of a sheet, which the reader of large files leaves out."""
    if part not in archive.namelist():
        return []
    found = _MERGED.findall(archive.read(part))[:MAX_MERGED]
    return [
        (int(top) - 1, _column(left), int(bottom) - 1, _column(right))
        for left, top, right, bottom in found
    ]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _grid(table: "_Trimmed", merged: list[Area]) -> list[list[Cell]]:
    """Return the rows with what a merged cell says in each place that it covers."""
    grid = [[Cell((y, x), text) for x, text in enumerate(row)] for y, row in enumerate(table.rows)]
    for top, left, bottom, right in merged:
        columns = [at for at, column in enumerate(table.columns) if left <= column <= right]
        if columns and top < len(grid):
            cell = grid[top][columns[0]]
            for row in grid[top : bottom + 1]:
                for at in columns:
                    row[at] = cell
    return grid


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """Rows without the columns that are empty in every one; where the others stood."""

    rows: list[list[str]]
    columns: list[int]


def _trimmed(rows: list[list[str]]) -> _Trimmed:
    used = sorted({at for row in rows for at, text in enumerate(row) if text})
    while rows and not any(rows[-1]):
        rows.pop()
    trimmed = [[row[at] if at < len(row) else "" for at in used] for row in rows]
    return _Trimmed(trimmed, used)


def read_csv(text: str, columns: Mapping[str, str] = NO_COLUMNS) -> list[Block]:
    """Return the rows of a table parted by commas, semicolons or tabs."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))[:MAX_ROWS]
    if sum(map(len, rows)) > MAX_CELLS:
        raise MemoryError
    grid = [
        [Cell((y, x), lines(text)) for x, text in enumerate(row)] for y, row in enumerate(rows)
    ]
    services = service_blocks(grid, columns)
    return rows_of(rows) if services is None else services


class TooManyPagesError(Exception):
    """A document says that it has more pages than any has."""


def read_pdf(content: bytes, max_pages: int) -> list[Block]:
    """Return the text layer of a PDF.

    Raises:
        TooManyPagesError: it claims more than ``max_pages``.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        if len(document) > max_pages:
            raise TooManyPagesError
        pages = [_page_lines(document, number) for number in range(len(document))]
    finally:
        document.close()
    return blocks_of_pages(pages)


def _page_lines(document: object, number: int) -> list[str]:
    page = document[number]  # type: ignore[index]
    text_page = page.get_textpage()
    text = str(text_page.get_text_bounded())
    text_page.close()
    page.close()
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]
