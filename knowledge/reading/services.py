"""Tables of service items (办事事项): a row is an item, a column one facet of it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.cards import Card, cards_of, is_beside
from knowledge.reading.columns import (
    IGNORED,
    MATERIALS,
    NAME,
    NO_COLUMNS,
    NOTE,
    OTHER,
    PART,
    Column,
    columns_of,
)
from knowledge.reading.grid import (
    HEADER_WITHIN,
    Cell,
    Grid,
    header_depth,
    is_caption,
    joined,
    said,
)
from knowledge.reading.marks import is_remark

MAX_CARD = 60  # rows of a sheet that may be the card of a single item, headings to the left
EMPTY = frozenset({"", "/", "-", "--", "—", "——", "null", "none", "nan", "n/a"})
BESIDE = frozenset({OTHER, NOTE})  # what may be told of each material: 原件, 2份
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff（）])\n|\n(?=[\u3000-\u9fff（）])")


@dataclass
class _Service:
    """One item as it is gathered, row by row."""

    rows: list[dict[int, Cell]] = field(default_factory=list)

    def text(self, at: int) -> str:
        """Return what one column says, a line for each cell; what is said again is said once."""
        return "\n".join(dict.fromkeys(cell.text for cell in self._cells(at)))

    def _cells(self, at: int) -> list[Cell]:
        return list({row[at].key: row[at] for row in self.rows if at in row}.values())

    def lead(self, columns: Sequence[Column]) -> int:
        """Return the column that says something of its own in every row; -1 if none does.

        The materials go before others, as it is of each of them that the most is told.
        """
        found = [
            at
            for at, column in enumerate(columns)
            if column.facet and column.role not in BESIDE | {NAME, PART, IGNORED}
            if len(self.rows) == len(self._cells(at)) and self._differs(at)
        ]
        return next((at for at in found if columns[at].role == MATERIALS), [*found, -1][0])

    def beside(self, columns: Sequence[Column], lead: int) -> list[int]:
        """Return the columns that differ between the rows and tell of what the lead names."""
        return [
            at
            for at, column in enumerate(columns)
            if lead >= 0 and column.role in BESIDE and self._differs(at)
        ]

    def _differs(self, at: int) -> bool:
        return len({row[at].text if at in row else "" for row in self.rows}) > 1

    def lines(self, columns: Sequence[Column], lead: int, beside: Sequence[int]) -> str:
        """Return what the lead names, each with what is told of it: 身份证（形式：原件）."""
        return "\n".join(_with_remarks(columns, row, lead, beside) for row in self.rows)


def _with_remarks(
    columns: Sequence[Column], row: Mapping[int, Cell], lead: int, beside: Sequence[int]
) -> str:
    remarks = "；".join(
        f"{columns[at].label}：{_one_line(row[at].text)}" for at in beside if at in row
    )
    return f"{row[lead].text}（{remarks}）" if remarks else row[lead].text


def _one_line(text: str) -> str:
    return _BETWEEN_HAN.sub("", text).replace("\n", " ")


def service_blocks(grid: Grid, given: Mapping[str, str]) -> list[Block] | None:
    """Return a table of service items as blocks; none if it is another table.

    What stands above the headings comes first, as paragraphs. ``given`` are headings with the
    roles a person has named.
    """
    cards = _card_blocks(grid, given)
    if cards is not None and any(one.kind is BlockKind.SERVICE for one in cards):
        return cards
    for rows in (grid, _turned(grid)):
        for at in range(min(len(rows), HEADER_WITHIN)):
            if any(cell.text for cell in rows[at]) and not is_caption(rows[at]):
                depth = header_depth(rows[at:])
                columns = columns_of(joined(rows[at : at + depth]), given)
                if columns is not None:
                    below = rows[at + depth :]
                    return [*_above(rows[:at]), *_items(columns, below), *_remarks(below)]
    return None


def card_blocks(grid: Grid) -> list[Block] | None:
    """Return the cards within a text as rows, one for each entry; none if there are no cards.

    Each row names what the card is of. A service item is matched by its name among many others;
    the one that a text explains is found better by the words of its rows.
    """
    return _card_blocks(grid, NO_COLUMNS, is_in_text=True)


def _card_blocks(
    grid: Grid, given: Mapping[str, str], *, is_in_text: bool = False
) -> list[Block] | None:
    cards = cards_of(grid, given)
    if cards is None:
        return None
    rows = said(grid)
    first = next(at for at, row in enumerate(rows) if not is_beside(row))
    above, below = (
        [Block(BlockKind.PARAGRAPH, _one_line(row[0].text)) for row in part if is_beside(row)]
        for part in (rows[:first], rows[first:])
    )
    return [*above, *(one for card in cards for one in _of_card(card, is_in_text)), *below]


def _of_card(card: Card, is_in_text: bool) -> Iterator[Block]:
    if card.is_named and not is_in_text:
        yield from _items(card.columns, [card.cells])
        return
    entries = [
        (column.role == NAME, f"{column.label}：{_listed(cell.text)}")
        for column, cell in zip(card.columns, card.cells, strict=True)
        if cell.text
    ]
    name = "；".join(text for is_name, text in entries if is_name)
    told = [text for is_name, text in entries if not is_name]
    for text in told or [name]:
        yield Block(BlockKind.ROW, "；".join(filter(None, dict.fromkeys([name, text]))))


def _listed(text: str) -> str:
    """Return the lines of a cell as one, each parted from the next."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ended = [line if line[-1] in "。；;，,、：:" else f"{line}；" for line in lines[:-1]]
    return "".join([*ended, *lines[-1:]])


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


def _remarks(rows: Grid) -> Iterator[Block]:
    """Yield what is said of the whole table between or below its rows."""
    for row in rows:
        if _is_note(row):
            yield Block(BlockKind.PARAGRAPH, _one_line(row[0].text))


def _is_note(row: Sequence[Cell]) -> bool:
    """Return whether a row has nothing but a note at its beginning, however wide."""
    texts = {cell.text for cell in row if cell.text}
    return bool(row) and texts == {row[0].text} and is_remark(row[0].text)


def _items(columns: Sequence[Column], rows: Grid) -> Iterator[Block]:
    """Yield the blocks of every item; they are numbered where all tables are known."""
    services = _gathered(columns, rows)
    main = Counter(next(iter(_texts(columns, one, NAME)), "") for one in services)
    for service in services:
        name = _name(columns, service, main)
        if name:
            label = next(one.label for one in columns if one.role == NAME)
            yield Block(BlockKind.SERVICE, name, label=label)
            yield from _facets(columns, service)


def _facets(columns: Sequence[Column], service: _Service) -> Iterator[Block]:
    lead = service.lead(columns)
    beside = service.beside(columns, lead)
    for at, column in enumerate(columns):
        if not column.facet or column.role in {NAME, PART, IGNORED} or at in beside:
            continue
        has_remarks = at == lead and beside
        text = service.lines(columns, at, beside) if has_remarks else service.text(at)
        if text:
            yield Block(BlockKind.FACET, text, label=column.label, facet=column.facet)


def _gathered(columns: Sequence[Column], rows: Grid) -> list[_Service]:
    """Return the items; rows below one name, or without a name of their own, are one item."""
    names = [at for at, column in enumerate(columns) if column.role in {NAME, PART}]
    found: list[_Service] = []
    last: tuple[object, ...] = ()
    for row in rows:
        if is_caption(row) or _is_note(row) or not any(cell.text for cell in row):
            continue
        own = tuple(row[at].key for at in names if at < len(row) and _said(row[at]))
        if not found or (own and own != last):
            found.append(_Service())
            last = own
        said = {at: cell for at, cell in enumerate(row[: len(columns)]) if _said(cell)}
        if said:
            found[-1].rows.append(said)
    return found


def _said(cell: Cell) -> bool:
    return cell.text.strip().lower() not in EMPTY


def _texts(columns: Sequence[Column], service: _Service, role: str) -> list[str]:
    """Return what the columns of a role say of an item; a name of two lines is one name."""
    texts = (service.text(at) for at, one in enumerate(columns) if one.role == role)
    return [_one_line(text) for text in texts if text]


def _name(columns: Sequence[Column], service: _Service, main: Mapping[str, int]) -> str:
    """Return the name of an item, with what tells it from others of the same main name.

    That is another name of its own, and the part of it (子项) that the row is about.
    """
    names, parts = (_texts(columns, service, role) for role in (NAME, PART))
    if not names:
        return parts[0] if parts else ""
    others = names[1:] if main[names[0]] > 1 else []
    name = next((one for one in others if names[0] in one), names[0])
    extra = [
        *(one for one in dict.fromkeys(others) if one not in name),
        *[one for one in parts if one not in name][:1],
    ]
    return f"{name}（{'，'.join(extra)}）" if extra else name
