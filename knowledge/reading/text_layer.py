"""Reads the words of a PDF and the places where they stand."""

import re
from collections.abc import Iterator
from typing import Any

from knowledge.reading.blocks import Block
from knowledge.reading.printed import Line, Page, Part, blocks_of_printed

_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points from below
GAP = 1.0  # heights of a line that part two columns


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
        pages = [_page(document, number) for number in range(len(document))]
    finally:
        document.close()
    return blocks_of_printed(pages)


def _page(document: Any, number: int) -> Page:
    """Return the lines of one page of a ``pypdfium2.PdfDocument``."""
    page = document[number]
    words = page.get_textpage()
    bounded = str(words.get_text_bounded())  # without what stands outside the page
    text = str(words.get_text_range())
    # signs beyond the first plane, or outside the page, make the places those of other signs
    is_placed = text == bounded and len(text) == words.count_chars()
    lines = tuple(_placed(words, text) if is_placed else _unplaced(bounded))
    width = float(page.get_width())
    words.close()
    page.close()
    return Page(lines=lines, width=width)


def _unplaced(text: str) -> Iterator[Line]:
    for line in text.replace("\r", "").split("\n"):
        if line.strip():
            yield Line(text=line.strip())


def _placed(words: Any, text: str) -> Iterator[Line]:
    for match in re.finditer(r"[^\n]+", text):
        line = match[0].replace("\r", "").strip()
        if not line:
            continue
        begin = match.start() + match[0].index(line[0])
        end = begin + len(line)
        if text[begin:end] != line:  # a return within the line
            yield Line(text=line)
            continue
        first, last = _box(words, begin), _box(words, end - 1)
        yield Line(
            text=line,
            left=first[0],
            right=last[2],
            top=max(first[3], last[3]),
            bottom=min(first[1], last[1]),
            parts=tuple(_parts(words, line, begin)),
        )


def _parts(words: Any, line: str, begin: int) -> Iterator[Part]:
    """Yield the words of a line between its wide gaps."""
    start = 0
    for match in re.finditer(r"[ \u3000\t]+", line):
        before, after = _box(words, begin + match.start() - 1), _box(words, begin + match.end())
        if after[0] - before[2] > GAP * (before[3] - before[1]):
            yield _part(words, line, begin, start, match.start())
            start = match.end()
    yield _part(words, line, begin, start, len(line))


def _part(words: Any, line: str, begin: int, start: int, end: int) -> Part:
    left, right = _box(words, begin + start)[0], _box(words, begin + end - 1)[2]
    return Part(text=line[start:end], left=left, right=right)


def _box(words: Any, at: int) -> _Box:
    left, bottom, right, top = words.get_charbox(at, loose=True)
    return left, bottom, right, top
