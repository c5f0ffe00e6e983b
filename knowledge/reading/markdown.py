"""Markdown and plain text become blocks."""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.wrapping import unwrapped

_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"(\*\*|__|`|~~)|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")


def read_markdown(text: str) -> list[Block]:
    """Return the headings, paragraphs, list items and table rows of a Markdown text."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(_front(text))
    blocks: list[Block] = []
    table: list[list[str]] = []
    heading = 0
    for token in tokens:
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "tr_open":
            table.append([])
        elif token.type == "table_close":
            blocks += rows_of(table)
            table = []
        elif token.type == "inline" and table:
            table[-1].append(_plain(token))
        elif token.type in {"inline", "code_block", "fence"}:
            blocks += _written(_plain(token), heading)
            heading = 0
        elif token.type in {"th_close", "td_close"} and table:
            continue
    return blocks


def _written(text: str, heading: int) -> Iterable[Block]:
    if heading:
        return [Block(BlockKind.HEADING, " ".join(text.split()), heading)] if text.strip() else []
    return [Block(BlockKind.PARAGRAPH, line) for line in _BREAK.split(text.strip()) if line]


def _plain(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(
        "\n" if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children
    )


def _front(text: str) -> str:
    """Drop a YAML front matter."""
    return re.sub(r"\A---\n.*?\n---\n", "", text.replace("\r\n", "\n"), count=1, flags=re.DOTALL)


def read_text(text: str) -> list[Block]:
    """Return the lines of a plain text; words hard-wrapped over lines are joined again."""
    return tables_in([Block(BlockKind.PARAGRAPH, one) for one in unwrapped(text)])


def tables_in(blocks: list[Block]) -> list[Block]:
    """Recognise runs of lines whose columns are parted by tabs or bars as tables."""
    result: list[Block] = []
    table: list[list[str]] = []
    for block in blocks:
        cells = [cell.strip() for cell in re.split(r"\t+|\s*\|\s*|\s{3,}", block.text.strip("|"))]
        if block.kind is BlockKind.PARAGRAPH and len(cells) > 1:
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        result += _flushed(table)
        table = []
        result.append(block)
    return result + _flushed(table)


def _flushed(table: list[list[str]]) -> list[Block]:
    if len(table) == 1:
        return [Block(BlockKind.PARAGRAPH, " ".join(table[0]))]
    return rows_of(table)
