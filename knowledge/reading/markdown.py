"""Markdown and plain text become blocks."""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.reading.blocks import Block, BlockKind, rows_of
from knowledge.reading.marks import begins_clause

_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"(\*\*|__|`|~~)|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_SPACE = "\u3000 \t\f\r"
INDENT = "\u3000\u3000"  # 左空二字: a paragraph begins here
NARROWEST, WIDEST = 20, 60  # Chinese characters a line; official pages have 28, GB/T 9704, 5.2.3
RAGGED = 3  # characters by which a full line may be short, for signs that begin no line
LEAST_FULL = 3  # full lines without an end, from which a text is taken to be wrapped
_STARTS = re.compile(
    r"^([一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]"
    r"|\d+[.．、)）](?!\d)|[-•·●*]\s*|问[:：]|答[:：]|[QA][:：\d]|附件|联系电话|[①-⑳])"
)
_COLUMNS = re.compile(r"\t|\||\s{3,}")
ENDS = ("。", "！", "？", "；", "：", "!", "?", ";", ":")


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
    given = [line.rstrip(_SPACE) for line in text.replace("\r\n", "\n").split("\n")]
    width = wrapped_at([raw for raw in given if raw])
    paragraphs: list[str] = []
    before = ""  # the line above as it stands in the file, however long its paragraph is
    for raw in given:
        line = raw.lstrip(_SPACE)
        if before and line and not raw.startswith(INDENT) and _goes_on(before, line, width):
            paragraphs[-1] += line
        elif line:
            paragraphs.append(line)
        before = raw
    return tables_in([Block(BlockKind.PARAGRAPH, one) for one in paragraphs])


def wrapped_at(lines: list[str]) -> float:
    """Return after how many Chinese characters the lines of a text are cut; 0 where none are.

    A few lines may be longer, such as those of a table. In a text that was cut, many lines are
    full and go on below; where lines end as they like, few are of one length.
    """
    widths = sorted(map(_width, lines))
    width = widths[(len(widths) - 1) * 9 // 10] if widths else 0
    full = [line for line in lines if _is_full(line, width)]
    open_ended = sum(not line.endswith(ENDS) for line in full)
    is_cut = open_ended >= LEAST_FULL and 3 * len(full) >= len(lines)
    return width if is_cut and NARROWEST <= width <= WIDEST else 0


def _width(line: str) -> float:
    """Return how wide a line is in Chinese characters; Latin letters and figures are half."""
    return sum(0.5 if sign.isascii() else 1 for sign in line)


def _is_full(line: str, width: float) -> bool:
    is_wide = width - RAGGED <= _width(line) <= width + 1
    return is_wide and not _COLUMNS.search(line.strip(_SPACE))


def _goes_on(before: str, line: str, width: float) -> bool:
    """Return whether a line goes on where the line before was cut by its width."""
    is_cut = bool(width) and _is_full(before, width) and not before.endswith(ENDS)
    return is_cut and not (_STARTS.match(line) or begins_clause(line) or _COLUMNS.search(line))


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
