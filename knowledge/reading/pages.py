"""Pages become one text: without the heads and feet that each repeats, and without its number."""

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.reading.blocks import Block
from knowledge.reading.markdown import read_text

Page = list[str]
_BARE = re.compile(r"\d{1,4}")
_MARKED = re.compile(
    r"[-—–·]\s*(?P<between>\d{1,4})\s*[-—–·]"
    r"|第\s*(?P<page>\d{1,4})\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?"
    r"|(?P<of>\d{1,4})\s*/\s*(?:共\s*)?\d{1,4}(?:\s*页)?"
    r"|(?P<alone>\d{1,4})\s*页(?:\s*共\s*\d{1,4}\s*页)?"
)
LEAST_PAGES = 3  # of which each must repeat a line before it is a head or a foot


def blocks_of_pages(pages: Sequence[Page]) -> list[Block]:
    """Return the text of pages, without the heads, feet and numbers of the pages."""
    kept = kept_of_pages(pages)
    lines = (page[at] for page, places in zip(pages, kept, strict=True) for at in places)
    return read_text("\n".join(lines))


def kept_of_pages(pages: Sequence[Page]) -> list[list[int]]:
    """Return for each page which of its lines are no heads, feet and numbers of the pages."""
    repeated = _repeated(pages)
    kept = [[at for at, line in enumerate(page) if line not in repeated] for page in pages]
    left = [[page[at] for at in places] for page, places in zip(pages, kept, strict=True)]
    ahead = _ahead(left)
    for number, (lines, places) in enumerate(zip(left, kept, strict=True), start=1):
        at = _number_at(lines, number, ahead)
        if at is not None:
            del places[at]
    return kept


def _repeated(pages: Sequence[Page]) -> frozenset[str]:
    if len(pages) < LEAST_PAGES:
        return frozenset()
    edges = Counter(line for page in pages for line in {*page[:1], *page[-1:]})
    return frozenset(line for line, count in edges.items() if count > len(pages) // 2)


def _ahead(pages: Sequence[Page]) -> frozenset[int]:
    """Return by how much the figures at the edges are ahead of the count of the pages.

    Nought, as pages are counted from one, and one behind, as a cover is not counted; another
    difference only where two pages share it. Any other figure at an edge is part of the text.
    """
    shared = Counter(
        ahead
        for at, page in enumerate(pages, start=1)
        for ahead in {_number(line) - at for line in _edges(page) if _BARE.fullmatch(line)}
    )
    return frozenset({0, -1, *(ahead for ahead, count in shared.items() if count > 1)})


def _number_at(page: Page, number: int, ahead: frozenset[int]) -> int | None:
    """Return which line at the edges of a page is its number."""
    for place in (len(page) - 1, 0):
        if page and _is_page_number(page[place], number, ahead):
            return place
    return None


def _is_page_number(line: str, at: int, ahead: frozenset[int]) -> bool:
    if match := _MARKED.fullmatch(line):
        is_fraction = match["of"] is not None
        return not is_fraction or int(match["of"]) - at in ahead
    return _BARE.fullmatch(line) is not None and _number(line) - at in ahead


def _edges(page: Page) -> set[str]:
    return {*page[:1], *page[-1:]}


def _number(line: str) -> int:
    return int(line)
