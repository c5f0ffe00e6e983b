"""A web page becomes blocks: its headings, paragraphs, lists and tables, without its menus."""

import re
from html.parser import HTMLParser

from knowledge.reading.blocks import Block, BlockKind, rows_of

SKIPPED = frozenset(
    {
        "script",
        "style",
        "nav",
        "footer",
        "aside",
        "noscript",
        "template",
        "form",
        "button",
        "select",
        "iframe",
        "svg",
        "head",
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
    }
)
VOID = frozenset({"br", "hr"})
_HEADING = re.compile(r"h([1-6])$")


class _Page(HTMLParser):
    """Collects blocks while the parser walks through the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = ""
        self._text: list[str] = []
        self._skipped: list[str] = []
        self._heading = 0
        self._in_title = False
        self._tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a table, or something to leave out."""
        if tag == "title":
            self._in_title = True
        elif self._skipped or tag in SKIPPED:
            self._skipped.append(tag)
        elif tag == "table":
            self._flush()
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif match := _HEADING.match(tag):
            self._flush()
            self._heading = int(match[1])
        elif tag in BREAKS and not self._cell():
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if tag == "title":
            self._in_title = False
        elif self._skipped:
            if tag in self._skipped:
                del self._skipped[self._skipped.index(tag) :]
        elif tag in {"td", "th"} and self._cell() is not None:
            self._tables[-1][-1].append("".join(self._text).strip())
            self._text = []
        elif tag == "table" and self._tables:
            self._text = []
            self.blocks += rows_of(self._tables.pop())
        elif _HEADING.match(tag) or (tag in BREAKS and self._cell() is None):
            self._flush()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._in_title:
            self.title += data
        elif not self._skipped:
            self._text.append(data)

    def close(self) -> None:
        """Finish, whatever was left open."""
        super().close()
        self._flush()

    def _cell(self) -> list[str] | None:
        return self._tables[-1][-1] if self._tables and self._tables[-1] else None

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        kind = BlockKind.HEADING if self._heading else BlockKind.PARAGRAPH
        if text:
            self.blocks.append(Block(kind, text, self._heading))
        self._heading = 0


def read_html(text: str) -> list[Block]:
    """Return the blocks of a page; the page's title comes first where no heading gives one."""
    page = _Page()
    page.feed(text)
    page.close()
    title = re.split(r"[-_|—]", " ".join(page.title.split()))[0].strip()
    has_title = any(block.kind is BlockKind.HEADING and block.level == 1 for block in page.blocks)
    if title and not has_title:
        return [Block(BlockKind.HEADING, title, 1), *page.blocks]
    return page.blocks
