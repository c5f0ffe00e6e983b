"""Tables of service items (办事事项): a row is an item, a column one facet of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.columns import IGNORED, NAME, PART, Column, columns_of
from knowledge.reading.grid import Cell, Grid, header_depth, is_caption, joined

HEADER_WITHIN = 12  # rows in which the headings stand
MAX_CARD = 60  # rows of a sheet that may be the card of a single item, headings to the left
EMPTY = frozenset({"", "/", "-", "--", "—", "——", "null", "none", "nan", "n/a"})


@dataclass
class _Service:
    """One item as it is gathered; a cell that reaches over several rows is taken once."""

    values: dict[int, list[Cell]] = field(default_factory=dict)

    def add(self, at: int, cell: Cell) -> None:
        """Take what a cell says of the item."""
        held = self.values.setdefault(at, [])
        if all(one.key != cell.key and one.text != cell.text for one in held):
            held.append(cell)

    def text(self, at: int) -> str:
        """Return what one column says, a line for each cell."""
        return "\n".join(cell.text for cell in self.values.get(at, ()))


def service_blocks(grid: Grid, given: Mapping[str, str]) -> list[Block] | None:
    """Return a table of service items as blocks; none if it is another table.

    What stands above the headings comes first, as paragraphs. ``given`` are headings with the
    roles a person has named.
    """
    for rows in (grid, _turned(grid)):
        for at in range(min(len(rows), HEADER_WITHIN)):
            if any(cell.text for cell in rows[at]) and not is_caption(rows[at]):
                depth = header_depth(rows[at:])
                columns = columns_of(joined(rows[at : at + depth]), given)
                if columns is not None:
                    return [*_above(rows[:at]), *_items(columns, rows[at + depth :])]
    return None


def _turned(grid: Grid) -> Grid:
    """Return the table with rows for columns, where headings may stand to the left."""
    wide = max(map(len, grid), default=0)
    if len(grid) > MAX_CARD or wide > MAX_CARD:
        return []
    empty = Cell("", "")
    return [[row[at] if at < len(row) else empty for row in grid] for at in range(wide)]


def _above(rows: Grid) -> Iterator[Block]:
    for row in rows:
        texts = dict.fromkeys(cell.text for cell in row if cell.text)
        if texts:
            yield Block(BlockKind.PARAGRAPH, " ".join(texts))


def _items(columns: Sequence[Column], rows: Grid) -> Iterator[Block]:
    """Yield the blocks of every item; they are numbered where all tables are known."""
    for service in _gathered(columns, rows):
        name = _name(columns, service)
        if not name:
            continue
        label = next(one.label for one in columns if one.role == NAME)
        yield Block(BlockKind.SERVICE, name, label=label)
        for at, column in enumerate(columns):
            text = service.text(at)
            if text and column.facet and column.role not in {NAME, PART, IGNORED}:
                yield Block(BlockKind.FACET, text, label=column.label, facet=column.facet)


def _gathered(columns: Sequence[Column], rows: Grid) -> list[_Service]:
    """Return the items; rows below one name, or without a name of their own, are one item."""
    names = [at for at, column in enumerate(columns) if column.role in {NAME, PART}]
    found: list[_Service] = []
    last: tuple[object, ...] = ()
    for row in rows:
        if is_caption(row) or not any(cell.text for cell in row):
            continue
        own = tuple(row[at].key for at in names if at < len(row) and _said(row[at]))
        if not found or (own and own != last):
            found.append(_Service())
            last = own
        for at, cell in enumerate(row[: len(columns)]):
            if _said(cell):
                found[-1].add(at, cell)
    return found


def _said(cell: Cell) -> bool:
    return cell.text.strip().lower() not in EMPTY


def _name(columns: Sequence[Column], service: _Service) -> str:
    """Return the name of an item, with the part of it (子项) that the row is about."""
    names, parts = (
        [
            line
            for at, one in enumerate(columns)
            if one.role == role
            for line in service.text(at).split("\n")
            if line
        ]
        for role in (NAME, PART)
    )
    if not names:
        return parts[0] if parts else ""
    extra = [one for one in parts if one not in names[0]]
    return f"{names[0]}（{extra[0]}）" if extra else names[0]
