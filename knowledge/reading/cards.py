"""The card of an item (办事指南): a table in which headings and what they tell take turns.

事项名称 | 助餐卡办理 | 办理时限 | 5个工作日, with any number of pairs in a row.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.reading.columns import MAX_HEADING, NAME, OTHER, TITLE, Column, column_of
from knowledge.reading.grid import Cell, Grid, said
from knowledge.reading.marks import is_remark

LEAST_KNOWN = 3  # headings that are known, from which a table may be a card
SHARE = 3  # of the headings in each place at least one in so many is known
_COUNTED = re.compile(r"序号|[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]?")
_HEAD = re.compile(r"(?:具体|主要|相关|有关)?(?:内容|要求|说明|备注|标准|规定|情况|信息)")
_IN_WORD = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass(slots=True)
class Entry:
    """One heading of a card and the cells that it is told in."""

    heading: Cell
    place: int  # which pair of its row it is, from 0
    told: dict[object, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The heading on one line; in narrow cells each of its signs has a line."""
        return _IN_WORD.sub("", " ".join(self.heading.text.split()))

    @property
    def cell(self) -> Cell:
        """All that it tells, as one cell."""
        return Cell(self.heading.key, "\n".join(filter(None, self.told.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The entries of one item; without a name they tell of what the document is about."""

    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]

    @property
    def is_named(self) -> bool:
        """Whether it says what it is the card of."""
        return any(
            one.role == NAME and cell.text
            for one, cell in zip(self.columns, self.cells, strict=True)
        )


def cards_of(grid: Grid, given: Mapping[str, str]) -> list[Card] | None:
    """Return the cards that a table consists of, one below another; none if it is another table.

    ``given`` are headings with the roles a person has named.
    """
    entries = _entries(said(grid))
    if entries is None or not _is_card(entries, given):
        return None
    groups: list[list[tuple[Column, Cell]]] = [[]]
    for column, cell in _told(entries, given):
        if column.role == NAME and any(one.role == NAME for one, _ in groups[-1]):
            groups.append([])
        groups[-1].append((column, cell))
    return [
        Card(columns=tuple(one for one, _ in group), cells=tuple(cell for _, cell in group))
        for group in groups
    ]


def is_beside(row: Sequence[Cell]) -> bool:
    """Return whether a row of a card is none of its entries but a line over its whole width."""
    return len(_distinct(row)) == 1


def _distinct(row: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row, each merged one once, without the number of the row."""
    cells = list({cell.key: cell for cell in row}.values())
    is_counted = len(cells) > 2 and _COUNTED.fullmatch(cells[0].text.strip())
    while cells and not cells[-1].text:
        cells.pop()
    return cells[1:] if is_counted and len(cells) > 2 else cells


def _entries(rows: Grid) -> list[Entry] | None:
    """Return what the rows tell under which headings; none where a row is no row of a card."""
    found: dict[object, Entry] = {}
    taken = [_distinct(row) for row in rows]
    for at, cells in enumerate(taken):
        if len(cells) < 2:
            continue
        beside = [one[0].key for one in taken[max(at - 1, 0) : at + 2] if one]
        if beside.count(cells[0].key) > 1:  # it reaches down: each row is a line of its own
            entry = found.setdefault(cells[0].key, Entry(cells[0], 0))
            entry.told[cells[1].key] = _line([one.text for one in cells[1:]])
            continue
        if len(cells) % 2:
            return None
        for place, (heading, value) in enumerate(zip(cells[::2], cells[1::2], strict=True)):
            if not heading.text and value.text and found:  # what goes on from the row above
                heading = next(
                    (one.heading for one in reversed(found.values()) if one.place == place),
                    heading,
                )
            if heading.text:
                entry = found.setdefault(heading.key, Entry(heading, place))
                entry.told[value.key] = value.text
    return list(found.values())


def _line(texts: Sequence[str]) -> str:
    """Return one line of a list that stands within a card: 身份证（原件，1份）."""
    first, *more = filter(None, texts)
    return f"{first}（{'，'.join(more)}）" if len(more) > 1 else "：".join([first, *more])


def _is_card(entries: Sequence[Entry], given: Mapping[str, str]) -> bool:
    """Return whether headings stand where those of a card do, and only there."""
    known = [one for one in entries if _is_known(one.label, given)]
    values = sum(_is_known(text, given) for one in entries for text in one.told.values())
    places = {one.place for one in entries}
    is_everywhere = all(
        SHARE * sum(one.place == place for one in known)
        >= sum(one.place == place for one in entries)
        for place in places
    )
    return len(known) >= LEAST_KNOWN and 2 * values < len(known) and is_everywhere


def _is_known(text: str, given: Mapping[str, str]) -> bool:
    is_short = bool(text) and len(text) <= MAX_HEADING and not is_remark(text)
    return is_short and column_of(text, given).role != OTHER


def _told(entries: Sequence[Entry], given: Mapping[str, str]) -> Iterator[tuple[Column, Cell]]:
    """Yield the columns of a card and its cells; 项目 | 内容 above them names nothing."""
    columns = [column_of(one.label, given) for one in entries]
    is_named = any(one.role == NAME for one in columns)
    for column, entry in zip(columns, entries, strict=True):
        cell = entry.cell
        if column.role == TITLE and _HEAD.fullmatch(cell.text):
            continue
        if column.role == TITLE and not is_named:
            is_named = True
            yield replace(column, role=NAME), cell
        else:
            yield column, cell
