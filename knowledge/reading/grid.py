"""Tables with merged cells: every row gets its whole content, every column its whole name."""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.dates import is_day
from knowledge.reading.marks import is_remark

MAX_SPAN = 200  # cells that one merged cell may cover in either direction
MAX_CELLS = 400_000
HEADER_WITHIN = 12  # rows in which the headings stand
MAX_TITLE = 60  # characters of the line above a table that is its title
_NOTED = re.compile(r"^[\u4e00-\u9fff]{2,10}\s*[:：]")  # 公示单位：…, which names no column
_FIGURE = re.compile(r"[\d\s.,，/%¥￥$+-]*\d[\d\s.,，/%¥￥$+-]*[元日天年月]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table; places of one merged cell share their ``key``."""

    key: Hashable
    text: str


Grid = Sequence[Sequence[Cell]]


def blocks_of(grid: Grid) -> list[Block]:
    """Return a table as blocks; what stands above its headings comes first, as paragraphs."""
    rows = said(grid)
    at = header_at(rows)
    above = [Block(BlockKind.PARAGRAPH, text) for row in rows[:at] for text in _notes(row)]
    rows = rows[at:]
    if not rows:
        return above
    depth = header_depth(rows)
    header = joined(rows[:depth])
    body = [_plain(row) for row in rows[depth:]]
    return [*above, *rows_of([header, *body])]


def said(grid: Grid) -> Grid:
    """Return the rows that say anything."""
    return [row for row in grid if any(cell.text for cell in row)]


def title_of(grid: Grid) -> str:
    """Return the title that stands in the first row by itself; empty where none does."""
    rows = said(grid)
    if len(rows) < 2 or not _is_lone(rows[0]) or all(map(_is_lone, rows)):
        return ""
    (title,) = _notes(rows[0])
    is_other = len(title) > MAX_TITLE or is_remark(title) or _NOTED.match(title)
    return "" if is_other else title


def header_at(rows: Grid) -> int:
    """Return the row in which the headings stand, below the title and the notes of a table.

    Where nothing below the notes reads like headings, it is the first row that is wider than
    one cell.
    """
    first = next((at for at, row in enumerate(rows) if not is_caption(row)), len(rows))
    wide = max(map(_width, rows), default=0)
    for at in range(first, min(first + HEADER_WITHIN, len(rows) - 1)):
        if _reach_down(rows[at], rows[at + 1]) or not _is_above(rows[at], wide):
            return at if _names_columns(rows[at]) else first
    return first


def _width(row: Sequence[Cell]) -> int:
    """Return how many columns a row says something of."""
    return sum(1 for cell in row if cell.text)


def _texts(row: Sequence[Cell]) -> list[str]:
    cells = {cell.key: " ".join(cell.text.split()) for cell in row}
    return [text for text in cells.values() if text]


def _is_lone(row: Sequence[Cell]) -> bool:
    return len(row) > 1 and len(_texts(row)) == 1


def _is_above(row: Sequence[Cell], wide: int) -> bool:
    """Return whether a row is one that only stands above a table of this width."""
    texts = _texts(row)
    is_noted = any(map(_NOTED.match, texts)) and not all(
        one.endswith(("：", ":")) for one in texts
    )
    return _is_lone(row) or is_noted or 2 * _width(row) < wide


def _names_columns(row: Sequence[Cell]) -> bool:
    texts = _texts(row)
    return len(texts) > 1 and not any(_FIGURE.fullmatch(one) or is_day(one) for one in texts)


def _notes(row: Sequence[Cell]) -> Iterator[str]:
    """Yield what a row above a table says; what a cell only announces is in the next."""
    announced = ""
    for text in _texts(row):
        if text.endswith(("：", ":")):
            if announced:
                yield announced
            announced = text
        else:
            yield announced + text
            announced = ""
    if announced:
        yield announced


def is_caption(row: Sequence[Cell]) -> bool:
    """Return whether one cell fills the whole width."""
    return len(row) > 1 and len({cell.key for cell in row}) == 1


def header_depth(rows: Grid) -> int:
    """Return how many rows name the columns: a name that reaches down says it.

    So does a row that only tells apart what stands below one wide name.
    """
    depth = 2 if len(rows) > 2 and _tells_apart(rows[0], rows[1]) else 1
    while depth < len(rows) - 1 and _reach_down(rows[0], rows[depth]):
        depth += 1
    return depth


def _reach_down(first: Sequence[Cell], later: Sequence[Cell]) -> bool:
    return any(a.key == b.key for a, b in zip(first, later, strict=False))


def _tells_apart(first: Sequence[Cell], later: Sequence[Cell]) -> bool:
    """Return whether a row has names below the wide ones of another, and nothing elsewhere."""
    keys = [cell.key for cell in first]
    below = [(keys.count(a.key) > 1, bool(b.text)) for a, b in zip(first, later, strict=False)]
    is_for_it = all(is_wide == is_said for is_wide, is_said in below)
    return len(set(keys)) > 1 and is_for_it and _names_columns(later)


def joined(rows: Grid) -> list[str]:
    """Return the name of each column, from all the rows that name them."""
    names: list[dict[Hashable, str]] = [{} for _ in range(max(map(len, rows)))]
    for row in rows:
        for name, cell in zip(names, row, strict=False):
            name.setdefault(cell.key, cell.text)
    return ["".join(name.values()) for name in names]


def _plain(row: Sequence[Cell]) -> list[str]:
    """Return a row's texts; one that fills the whole width is said once."""
    return [row[0].text] if is_caption(row) else [cell.text for cell in row]


def placed(rows: Iterable[Iterable[tuple[str, int, int]]]) -> Grid:
    """Return the grid of rows of (text, columns, rows), as HTML has them.

    Source: HTML Living Standard, 4.9.12.1 "Forming a table", without overlapping cells.
    """
    grid: list[dict[int, Cell]] = []
    count = 0
    for at, row in enumerate(rows):
        column = 0
        for number, (text, columns, down) in enumerate(row):
            _grow(grid, at)
            while column in grid[at]:
                column += 1
            cell = Cell((at, number), text)
            wide, high = min(max(columns, 1), MAX_SPAN), min(max(down, 1), MAX_SPAN)
            count += wide * high
            if count > MAX_CELLS:
                raise MemoryError
            _grow(grid, at + high - 1)
            for y in range(at, at + high):
                grid[y].update(dict.fromkeys(range(column, column + wide), cell))
            column += wide
    return [_row(row) for row in grid]


def _grow(grid: list[dict[int, Cell]], last: int) -> None:
    while len(grid) <= last:
        grid.append({})


def _row(row: dict[int, Cell]) -> list[Cell]:
    wide = max(row, default=-1) + 1
    return [row.get(at) or Cell(("empty", at), "") for at in range(wide)]
