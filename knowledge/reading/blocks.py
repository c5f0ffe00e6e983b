"""What every reader makes of a file: headings, paragraphs and table rows, in order."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.reading.marks import is_remark


class BlockKind(StrEnum):
    """What a stretch of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ROW = "row"  # one row of a table, already joined with its column names
    SERVICE = "service"  # the name of a service item; its facets follow
    FACET = "facet"  # what a table tells of that item in one column
    CAUTION = "caution"  # no words of the document: what whoever adds it has to know of it


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or row; ``level`` 1 is the title of the document."""

    kind: BlockKind
    text: str
    level: int = 0
    label: str = ""  # the heading of the column
    facet: str = ""


def rows_of(table: list[list[str]]) -> list[Block]:
    """Return a table as blocks, each row with its column names: ``列名：值；列名：值``.

    A table of two columns without header-like first row reads ``名称：值``.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in table]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    if len(rows) == 1 or max(map(len, rows)) == 1:
        return [Block(BlockKind.PARAGRAPH, "；".join(filter(None, row))) for row in rows]
    first = next((at for at, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    captions = [Block(BlockKind.PARAGRAPH, "".join(row)) for row in rows[:first]]
    return [*captions, *_named(rows[first:])]


def _named(rows: list[list[str]]) -> list[Block]:
    """Return the rows below their captions."""
    if len(rows) < 2:
        return [Block(BlockKind.PARAGRAPH, "；".join(filter(None, row))) for row in rows]
    header, *body = rows
    if len(header) == 2 and _is_name_value(rows):
        return [_line_of(["", ""], row) if _is_remark(row) else _pair(row) for row in rows]
    return [_line_of(header, row) for row in body]


def _pair(row: list[str]) -> Block:
    return Block(BlockKind.ROW, _row(row[0], "；".join(filter(None, row[1:]))))


def _line_of(header: list[str], row: list[str]) -> Block:
    """Return a row as a block; what is said of the whole table says nothing of a column."""
    if _is_remark(row):
        return Block(BlockKind.PARAGRAPH, "".join(row))
    return Block(BlockKind.ROW, _join(header, row))


def _is_remark(row: list[str]) -> bool:
    """Return whether a row is one cell, or nothing but a note in its first cell."""
    return len(row) == 1 or (is_remark(row[0]) and not any(row[1:]))


_HEADER_WORDS = (
    "项目",
    "名称",
    "内容",
    "事项",
    "标准",
    "类别",
    "类型",
    "说明",
    "备注",
    "情形",
    "对象",
    "序号",
)
_HEADER_ENDS = (
    "时间",
    "地点",
    "电话",
    "金额",
    "费用",
    "部门",
    "日期",
    "地址",
    "单位",
    "条件",
    "次数",
    "价格",
)


def _is_name_value(rows: list[list[str]]) -> bool:
    """Tell 名称 | 值 pairs from a two-column table with a header row."""
    first = rows[0]
    return not all(
        any(word in cell for word in _HEADER_WORDS) or cell.endswith(_HEADER_ENDS)
        for cell in first
    )


def _row(name: str, value: str) -> str:
    return f"{name}：{value}" if name and value else name or value


def _join(header: list[str], row: list[str]) -> str:
    padded = header + [""] * (len(row) - len(header))
    pairs = [_row(name, value) for name, value in zip(padded, row, strict=False) if value]
    return "；".join(pairs)
