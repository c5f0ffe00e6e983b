"""DOCX becomes blocks: paragraphs with the numbers Word writes before them, and tables."""

import io
import re
from collections.abc import Iterator
from typing import Any

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.cells import lines
from knowledge.reading.grid import Cell, blocks_of
from knowledge.reading.numbering import Numbering
from knowledge.reading.services import card_blocks

_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CONTAINERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "smartTag")}


def read_docx(content: bytes) -> list[Block]:
    """Return paragraphs and tables in the order of the document."""
    from docx import Document

    document = Document(io.BytesIO(content))
    numbering = Numbering(document)
    blocks: list[Block] = []
    for element in _inner(document.element.body):
        if element.tag == f"{_W}tbl":
            blocks += _table(element, document, numbering)
        else:
            blocks += _paragraph(element, numbering)
    return blocks


def _inner(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those in content controls and tracked insertions."""
    waiting = [iter(body)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag in {f"{_W}p", f"{_W}tbl"}:
            yield element
        elif element.tag in _CONTAINERS:
            waiting.append(iter(element))


def _paragraph(element: Any, numbering: Numbering) -> list[Block]:
    text = _text(element)
    if not text:
        return []
    level = _level(numbering.style(element).name)
    kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
    return [Block(kind, numbering.label(element) + text, level)]


def _text(element: Any, line_break: str = " ") -> str:
    """Return the words of an element; what was deleted with tracking is not among them."""
    words: list[str] = []
    skipped: Any = None
    for node in element.iter():
        if skipped is not None and skipped in node.iterancestors():
            continue
        skipped = node if node.tag == _FALLBACK else None
        if node.tag == f"{_W}t":
            words.append(node.text or "")
        elif node.tag in {f"{_W}br", f"{_W}cr"}:
            words.append(line_break)
        elif node.tag in {f"{_W}tab", f"{_W}p"}:
            words.append(" ")
    text = "".join(words)
    return lines(text) if line_break == "\n" else " ".join(text.split())


def _level(style: str) -> int:
    if style.lower() == "title":
        return 1
    match = _HEADING_STYLE.match(style)
    return int(match[1]) if match else 0


def _table(element: Any, document: Any, numbering: Numbering) -> list[Block]:
    from docx.table import Table

    def written(cell: Any) -> str:
        parts = [numbering.label(one) + _text(one, "\n") for one in cell.iter(f"{_W}p")]
        return "\n".join(part for part in parts if part)

    texts: dict[Any, str] = {}
    rows: list[list[Cell]] = []
    for row in Table(element, document).rows:
        cells = [cell._tc for cell in row.cells]
        for cell in cells:
            if cell not in texts:
                texts[cell] = written(cell)
        rows.append([Cell(cell, texts[cell]) for cell in cells])
    cards = card_blocks(rows)
    return blocks_of(rows) if cards is None else cards
