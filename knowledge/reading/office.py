"""XLSX and CSV become blocks."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.cells import lines, shown
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.grid import MAX_CELLS, Cell, Grid, blocks_of, said, title_of
from knowledge.reading.services import service_blocks
from knowledge.reading.sheets import Area, Layout, layout_of

MAX_ROWS = 20_000
MAX_COLUMNS = 256
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)


def read_xlsx(content: bytes, columns: Mapping[str, str] = NO_COLUMNS) -> list[Block]:
    """Return every sheet that people see as a heading and the rows below it.

    What is hidden is left out and told as a caution, as are formulas that have no value.
    ``columns`` are headings of service items with the roles a person has named.
    """
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    hidden = [one.title for one in book.worksheets if one.sheet_state != "visible"]
    left: Counter[str] = Counter()
    titles: set[str] = set()
    blocks: list[Block] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = [
                [shown(cell) for cell in row]
                for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
            ]
            layout = layout_of(archive, getattr(sheet, "_worksheet_path", ""))
            table = _trimmed(rows)
            left += _left_out(table, layout)
            grid = _shown(_grid(table, layout.merged), table, layout)
            services = service_blocks(grid, columns)
            blocks += _titled(grid, sheet.title, titles) if services is None else services
    book.close()
    cautions = {"hidden_sheets": "、".join(hidden)} | {key: str(one) for key, one in left.items()}
    told = [Block(BlockKind.CAUTION, text, label=key) for key, text in cautions.items() if text]
    return [*blocks, *told]


def _titled(grid: Grid, name: str, titles: set[str]) -> list[Block]:
    """Return a sheet below its title, which stands in its first row or is the sheet's name.

    The name is kept beside a title that does not say it where other sheets have the same one.
    """
    title = title_of(grid)
    found = blocks_of(said(grid)[1:] if title else grid)
    name = "" if _DEFAULT_NAME.fullmatch(name) else name
    if not found:
        return []
    is_alike = title in titles and name not in title
    titles.add(title)
    heading = f"{title} {name}".strip() if is_alike else title or name
    return [Block(BlockKind.HEADING, heading, 2), *found] if heading else found


def _left_out(table: "_Trimmed", layout: Layout) -> Counter[str]:
    """Return how many rows and columns with words are hidden, and formulas without a value."""
    rows = sum(any(table.rows[at]) for at in layout.hidden_rows if 0 <= at < len(table.rows))
    columns = sum(map(layout.is_hidden_column, table.columns))
    return (
        Counter(hidden_rows=rows, hidden_columns=columns, formulas=layout.unreckoned_shown())
        - Counter()
    )  # without those that are none


def _shown(grid: list[list[Cell]], table: "_Trimmed", layout: Layout) -> list[list[Cell]]:
    """Return the table without its hidden rows and columns."""
    kept = [at for at, one in enumerate(table.columns) if not layout.is_hidden_column(one)]
    return [[row[at] for at in kept] for y, row in enumerate(grid) if y not in layout.hidden_rows]


def _grid(table: "_Trimmed", merged: Iterable[Area]) -> list[list[Cell]]:
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
    return blocks_of(grid) if services is None else services
