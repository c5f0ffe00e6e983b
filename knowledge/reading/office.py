"""XLSX, CSV and PDF become blocks."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.grid import MAX_CELLS, Cell, blocks_of
from knowledge.reading.markdown import read_text
from knowledge.reading.services import service_blocks

MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_MERGED = 20_000
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
                [_written(value) for value in row]
                for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            ]
            merged = _merged(archive, getattr(sheet, "_worksheet_path", ""))
            grid = _grid(_trimmed(rows), merged)
            services = service_blocks(grid, columns)
            if services is not None:
                blocks += services
            elif found := blocks_of(grid):
                blocks += [Block(BlockKind.HEADING, sheet.title, 2), *found]
    book.close()
    return blocks


def _written(value: object) -> str:
    """Return a value as people write it: days without midnight, whole numbers without point.

    Lines stay lines, as a cell may be a list.
    """
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _lines(str(value))


def _lines(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


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
        [Cell((y, x), _lines(text)) for x, text in enumerate(row)] for y, row in enumerate(rows)
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


def blocks_of_pages(pages: list[list[str]]) -> list[Block]:
    """Return the text of pages, without the heads and feet that every page repeats."""
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
