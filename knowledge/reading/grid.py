"""Tables with merged cells: every row gets its whole content, every column its whole name."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind, rows_of

MAX_SPAN = 200  # cells that one merged cell may cover in either direction
MAX_CELLS = 400_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table; places of one merged cell share their ``key``."""

    key: Hashable
    text: str


Grid = Sequence[Sequence[Cell]]


def blocks_of(grid: Grid) -> list[Block]:
    """Return a table as blocks; lines that fill its whole width stand before it as paragraphs."""
    rows = [row for row in grid if any(cell.text for cell in row)]
    captions: list[Block] = []
    while rows and is_caption(rows[0]):
        captions.append(Block(BlockKind.PARAGRAPH, " ".join(rows[0][0].text.split())))
        rows = rows[1:]
    if not rows:
        return captions
    depth = header_depth(rows)
    header = joined(rows[:depth])
    body = [_plain(row) for row in rows[depth:]]
    return [*captions, *rows_of([header, *body])]


def is_caption(row: Sequence[Cell]) -> bool:
    """Return whether one cell fills the whole width."""
    return len(row) > 1 and len({cell.key for cell in row}) == 1


def header_depth(rows: Grid) -> int:
    """Return how many rows name the columns: a name that reaches down says it."""
    depth = 1
    while depth < len(rows) - 1 and _reach_down(rows[0], rows[depth]):
        depth += 1
    return depth


def _reach_down(first: Sequence[Cell], later: Sequence[Cell]) -> bool:
    return any(a.key == b.key for a, b in zip(first, later, strict=False))


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
