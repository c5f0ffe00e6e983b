"""Lines at their places on printed pages become paragraphs, column by column."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.markdown import tables_in
from knowledge.reading.pages import blocks_of_pages, kept_of_pages
from knowledge.reading.wrapping import (
    ENDS,
    head_width,
    is_item,
    is_told,
    is_unfinished,
    may_go_on,
    paragraphs,
    width_of,
)

ROOM = 0.5  # characters that a full line may be short besides what had no room any more
RAGGED = 1.5  # characters within which lines end at the same edge
WIDE = 20  # characters from which a line is long, whatever the margins are
NARROWEST = 8  # characters of a line in one of several columns
LEAST_LINES = 3  # beside one another, from which on they are columns and no table
MOST_LINES = 300  # of a page, among which those of two columns are looked for
SAME_TYPE = 1.25  # by which the type of one sentence may seem to change
INDENT = 2.5  # characters, rather more than the first line of a paragraph is indented
HANGING = 5  # characters by which an item may stand further right than its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words that stand in a line by themselves, with a wide gap on either side, in points."""

    text: str
    left: float = 0
    right: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A printed line; all nought where its place is not known."""

    text: str
    left: float = 0
    right: float = 0
    top: float = 0  # from below, as everything in a PDF
    bottom: float = 0
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> float:
        """The width of one Chinese character."""
        return (self.right - self.left) / max(width_of(self.text), 1)

    @property
    def is_row(self) -> bool:
        """Whether the line has columns."""
        return len(self.parts) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The lines of a page and how wide its paper is."""

    lines: tuple[Line, ...]
    width: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A line, and the left and right edges of the column in which it stands."""

    line: Line
    page: int
    column: int
    left: float
    breadth: float  # of the widest line
    edge: float  # 0 where no lines show it


def blocks_of_printed(pages: Sequence[Page]) -> list[Block]:
    """Return the text of printed pages, without the heads, feet and numbers of the pages."""
    texts = [[line.text for line in page.lines] for page in pages]
    if not any(line.right for page in pages for line in page.lines):
        return blocks_of_pages(texts)
    kept = kept_of_pages(texts)
    pages = [
        replace(page, lines=tuple(_one_by_one([page.lines[at] for at in places])))
        for page, places in zip(pages, kept, strict=True)
    ]
    places = list(_places(pages))
    widest = max((width_of(one.line.text) for one in places if not one.line.is_row), default=0)
    found = paragraphs(
        [one.line.text for one in places],
        lambda at: _goes_on(places[at - 1], places[at], widest),
    )
    return tables_in([Block(BlockKind.PARAGRAPH, one) for one in found])


def _goes_on(before: _Place, after: _Place, widest: float) -> bool:
    """Return whether a sentence goes on in the next line."""
    one, other = before.line, after.line
    is_apart = one.is_row or other.is_row or not may_go_on(one.text, other.text)
    if is_apart or _begins(before, after) or not _is_same_type(one, other):
        return False
    room = (head_width(other.text) + ROOM) * one.size
    # what stands on the right, as a signature does, is no line that was cut
    is_long = 2 * (one.right - one.left) >= before.edge - before.left
    is_full = bool(before.edge) and is_long and before.edge - one.right <= room
    return is_full or is_unfinished(one.text, other.text, widest)


def _begins(before: _Place, after: _Place) -> bool:
    """Return whether a line is indented as the first one of a paragraph, or stands elsewhere."""
    one, other = before.line, after.line
    if before.column != after.column:
        is_indented = other.left - after.left > RAGGED * other.size
        return is_indented or not _is_next_column(before, after)
    allowed = HANGING if is_item(one.text) else ROOM
    return other.left - one.left > allowed * one.size


def _is_next_column(before: _Place, after: _Place) -> bool:
    """Return whether a column is the next one beside, or the first one of the next page.

    Columns of which either is narrow are those of a table.
    """
    is_beside = before.page != after.page or _is_above(after.line, before.line)
    are_wide = all(one.breadth >= NARROWEST * one.line.size for one in (before, after))
    return is_beside and are_wide


def _is_same_type(one: Line, other: Line) -> bool:
    if any(2 * sum(map(str.isascii, line.text)) > len(line.text) for line in (one, other)):
        return True  # Latin letters are not all as wide
    smaller, larger = sorted((one.size, other.size))
    return larger <= SAME_TYPE * smaller


def _places(pages: Sequence[Page]) -> Iterator[_Place]:
    """Yield the lines in the order in which they are read, with the edges of their columns."""
    columns = [list(_columns(page.lines)) for page in pages]
    edges: dict[int, float] = {}  # of the pages of one width
    for page, parts in zip(pages, columns, strict=True):
        whole = [line for is_narrow, lines in parts if not is_narrow for line in lines]
        size = round(page.width)
        edges[size] = max(edges.get(size, 0), _edge(whole, page.width))
    number = 0
    for at, (page, parts) in enumerate(zip(pages, columns, strict=True)):
        for is_narrow, lines in parts:
            number += 1
            place = _Place(
                line=lines[0],
                page=at,
                column=number,
                left=min(line.left for line in lines),
                breadth=max(line.right - line.left for line in lines),
                edge=_edge_of_column(lines) if is_narrow else edges[round(page.width)],
            )
            yield from (replace(place, line=one) for one in lines)


def _edge(lines: Sequence[Line], width: float) -> float:
    """Return where the long lines of a page end; 0 where no two end at one place.

    A list of names of one length shows none: it leaves more room on the right than on the left.
    """
    ends = _by_end(lines)
    left = min((one.left for one in ends), default=0)
    edge = _shared_edge(ends)
    full = [one for one in ends if 0 <= edge - one.right <= RAGGED * one.size]
    if not full:
        return 0
    size = full[0].size
    are_told = 2 * sum(is_told(one.text) for one in full) > len(full)
    is_long = edge - left >= WIDE * size and are_told
    return edge if is_long or width - edge <= left + 2 * size else 0


def _by_end(lines: Sequence[Line]) -> list[Line]:
    return sorted((one for one in lines if not one.is_row), key=lambda one: -one.right)


def _shared_edge(ends: Sequence[Line]) -> float:
    """Return the furthest place where two lines end; 0 if there is none."""
    pairs = pairwise(ends)
    shared = (a.right for a, b in pairs if a.right - b.right <= RAGGED * a.size)
    return next(shared, 0)


def _edge_of_column(lines: Sequence[Line]) -> float:
    ends = _by_end(lines)
    edge = _shared_edge(ends)
    is_wide = any(one.right - one.left >= NARROWEST * one.size for one in ends)
    return edge if is_wide and len(ends) == len(lines) else 0


def _columns(lines: Sequence[Line]) -> Iterator[tuple[bool, Sequence[Line]]]:
    """Yield the lines of a page column by column, and whether others stand right of them.

    A line that is further up than the one before it begins a column, beside the lines before it
    that are not further up than itself.
    """
    begun, gutter = 0, math.inf  # right of which nothing stands but the column of these lines
    for at in range(1, len(lines) + 1):
        if at < len(lines) and not _is_above(lines[at], lines[at - 1]):
            continue
        part = lines[begun:at]
        beside = _beside(part, lines[at]) if at < len(lines) else 0
        whole, narrow = part[: len(part) - beside], part[len(part) - beside :]
        right = next((at for at, one in enumerate(whole) if one.left < gutter), len(whole))
        yield from ((False, some) for some in (whole[:right], whole[right:]) if some)
        if narrow:
            yield True, narrow
        begun, gutter = at, lines[at].left - INDENT * lines[at].size if narrow else math.inf


def _is_above(line: Line, other: Line) -> bool:
    return line.bottom > other.top


def _beside(part: Sequence[Line], line: Line) -> int:
    """Return how many of the last lines stand left of one and below it."""
    count = 0
    for one in reversed(part):
        if one.top > line.top + line.size or one.left + INDENT * one.size > line.left:
            break
        count += 1
    return count


def _one_by_one(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines with those of two columns one column after the other, where they are mixed."""
    at = 0
    while at < len(lines):
        some = lines[at : at + MOST_LINES] if len(lines[at].parts) == 2 else []
        some = some[: max(_beside_one_another(some), 1)] or [lines[at]]
        pairs = [line for line in some if line.is_row]
        if len(pairs) >= LEAST_LINES and all(_is_text(pairs, side) for side in (0, 1)):
            start = min(line.parts[1].left - line.size for line in pairs)
            yield from _side(some, start, is_right=False)
            yield from _side(some, start, is_right=True)
        else:
            yield from some
        at += len(some)


def _beside_one_another(lines: Sequence[Line]) -> int:
    """Return how many lines stand in the same two columns; the lower ones may be in one only.

    A line on the left alone goes on what stands above it, or is below both columns.
    """
    end, edge, start = 0, 0.0, math.inf
    above = ""
    for at, line in enumerate(lines, start=1):
        lefts = [part for part in line.parts if part.left < start - line.size]
        if at == 1:
            lefts = list(line.parts[:1])
        rights = line.parts[len(lefts) :]
        edge = max([edge, *(part.right for part in lefts)])
        start = min([start, *(part.left for part in rights)])
        if len(lefts) > 1 or len(rights) > 1 or edge >= start:
            break
        if line.is_row or (end == at - 1 and not (lefts and above.endswith(ENDS))):
            end = at
        above = lefts[0].text if lefts else above
    return end


def _is_text(pairs: Sequence[Line], side: int) -> bool:
    """Return whether one side of lines is running text: most of its lines end at its edge."""
    parts = [line.parts[side] for line in pairs]
    edge = max(part.right for part in parts)
    size = max((part.right - part.left) / max(width_of(part.text), 1) for part in parts)
    full = sum(edge - part.right <= RAGGED * size for part in parts)
    is_marked = any(is_told(part.text) for part in parts)
    is_wide = edge - min(part.left for part in parts) >= NARROWEST * size
    return is_marked and is_wide and 2 * full >= len(parts)


def _side(lines: Sequence[Line], start: float, *, is_right: bool) -> Iterator[Line]:
    for line in lines:
        for part in line.parts:
            if (part.left >= start) is is_right:
                yield replace(
                    line, text=part.text, left=part.left, right=part.right, parts=(part,)
                )
