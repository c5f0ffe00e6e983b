"""A web page becomes blocks: its headings, paragraphs, lists and tables, without its menus."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.furniture import furniture_of
from knowledge.reading.grid import blocks_of, placed
from knowledge.reading.services import card_blocks

SKIPPED = frozenset(
    {
        "script",
        "style",
        "nav",
        "footer",
        "aside",
        "noscript",
        "template",
        "button",
        "select",
        "textarea",
        "datalist",
        "iframe",
        "svg",
    }
)
BREAKS = frozenset(
    {
        "p",
        "div",
        "li",
        "br",
        "section",
        "article",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "main",
        "header",
        "body",
        "td",
        "th",
        "caption",
        "hr",
        "form",
        "fieldset",
        "legend",
        "address",
        "figure",
        "figcaption",
        "details",
        "summary",
    }
)
_HEADING = re.compile(r"h([1-6])$")
# Signs that part a title from the name of its site; in 2024-2025 and A-1 a dash is within a word.
_SITE = re.compile(r"\s*(?:[_|｜]|(?<![0-9A-Za-z])[-–—]+|[-–—]+(?![0-9A-Za-z])|\s[-–—]+\s)\s*")


class _Page(HTMLParser):
    """Collects blocks while the parser walks through the page."""

    def __init__(self, furniture: Mapping[int, int]) -> None:
        super().__init__(convert_charrefs=True)
        self._furniture = furniture  # the first and last tags of what is left out
        self._at = self._until = 0  # the tag where we are, and up to which all is left out
        self.blocks: list[Block] = []
        self.title = ""
        self._text: list[str] = []
        self._skipped = 0  # how many elements deep we are in what is left out
        self._skipped_tag = ""
        self._heading = 0
        self._in_title = False
        self._tables: list[list[list[tuple[str, int, int]]]] = []
        self._open: list[tuple[int, int] | None] = []  # of each table the cell that is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a table, or something to leave out."""
        if self._is_left_out():
            return
        self._start(tag, attrs)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self._skipped:  # a picture has a title as well
            self._in_title = True
        elif self._skipped or tag in SKIPPED:
            self._skip(tag)
        elif tag == "table":
            self._flush()
            self._tables.append([])
            self._open.append(None)
        elif tag == "tr" and self._tables:
            self._close_cell()
            self._tables[-1].append([])
        elif match := _HEADING.match(tag):
            self._flush()
            self._heading = int(match[1])
        elif tag in {"td", "th"} and self._cell() is not None:
            self._close_cell()  # its end may be left out
            self._text = []
            self._open[-1] = _span(attrs, "colspan"), _span(attrs, "rowspan")
        elif tag in BREAKS:
            self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if self._is_left_out():
            return
        if tag == "title":
            self._in_title = False
        elif self._skipped:
            self._skipped -= tag == self._skipped_tag
        elif tag in {"td", "th", "tr"} and self._cell() is not None:
            self._close_cell()
        elif tag == "table" and self._tables:
            self._close_cell()
            self._text = []
            self._open.pop()
            grid = placed(self._tables.pop())
            cards = card_blocks(grid)
            self.blocks += blocks_of(grid) if cards is None else cards
        elif _HEADING.match(tag):
            self._flush()
        elif tag in BREAKS:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._in_title:
            self.title += data
        elif not self._skipped and self._at >= self._until:
            self._text.append(data)

    def close(self) -> None:
        """Finish, whatever was left open."""
        super().close()
        self._flush()

    def _is_left_out(self) -> bool:
        """Go to the next tag; return whether it is one of what is left out."""
        self._at += 1
        if self._at in self._furniture and self._at > self._until:
            self._until = self._furniture[self._at]
            self._part("div")
        return self._at <= self._until

    def _close_cell(self) -> None:
        """Keep the cell that is open, if one is."""
        if self._open and (spans := self._open[-1]) and self._tables[-1]:
            text = " ".join("".join(self._text).split())
            self._tables[-1][-1].append((text, *spans))
            self._open[-1], self._text = None, []

    def _skip(self, tag: str) -> None:
        """Leave out what stands within the element; only its own kind can close it."""
        if not self._skipped:
            self._skipped_tag = tag
        self._skipped += tag == self._skipped_tag

    def _cell(self) -> list[tuple[str, int, int]] | None:
        return self._tables[-1][-1] if self._tables and self._tables[-1] else None

    def _part(self, tag: str) -> None:
        """Begin another block; within a cell or heading the lines stay together, but apart."""
        if self._cell() is None and not (self._heading and tag == "br"):
            self._flush()
        else:
            self._text.append(" ")

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        kind = BlockKind.HEADING if self._heading else BlockKind.PARAGRAPH
        if text:
            self.blocks.append(Block(kind, text, self._heading))
        self._heading = 0


def _span(attributes: list[tuple[str, str | None]], name: str) -> int:
    text = dict(attributes).get(name) or ""
    return int(text) if re.fullmatch(r"[1-9]\d{0,3}", text) else 1


def read_html(text: str) -> list[Block]:
    """Return the blocks of a page; the page's title comes first where no heading gives one."""
    page = _Page(furniture_of(text))
    page.feed(text)
    page.close()
    parts = _SITE.split(" ".join(page.title.split()))
    title = next(filter(None, map(str.strip, parts)), "")
    has_title = any(block.kind is BlockKind.HEADING and block.level == 1 for block in page.blocks)
    if title and not has_title:
        return [Block(BlockKind.HEADING, title, 1), *page.blocks]
    return page.blocks
