"""What the part of a worksheet says that the reader of large files leaves out.

Source: ECMA-376-1, 18.3.1.13 (col), 18.3.1.40 (f), 18.3.1.55 (mergeCell), 18.3.1.73 (row).
"""

import re
import zipfile
from dataclasses import dataclass

MAX_MERGED = 20_000
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_TAG = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
_VALUE = re.compile(rb'(\w+)="([^"]*)"')
# A formula that was never reckoned; one that comes to an empty text has the type "str".
_UNRECKONED = re.compile(
    rb"<(?:\w+:)?c\s((?![^<>]*\bt=\"str\")[^<>]*)>\s*"
    rb"<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")

Area = tuple[int, int, int, int]  # first row and column, last row and column, from nought


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Of one sheet what is merged, hidden, or a formula without a value; from nought."""

    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[range, ...] = ()
    unreckoned: tuple[tuple[int, int], ...] = ()  # row and column

    def is_hidden_column(self, column: int) -> bool:
        """Return whether a column is hidden."""
        return any(column in one for one in self.hidden_columns)

    def unreckoned_shown(self) -> int:
        """Return how many formulas without a value are in cells that are not hidden."""
        return sum(
            row not in self.hidden_rows and not self.is_hidden_column(column)
            for row, column in self.unreckoned
        )


def layout_of(archive: zipfile.ZipFile, part: str) -> Layout:
    """Return the layout of the sheet that a part of a workbook holds."""
    if part not in archive.namelist():
        return Layout()
    content = archive.read(part)
    rows, columns = _hidden(content)
    return Layout(
        merged=tuple(
            (int(top) - 1, _column(left), int(bottom) - 1, _column(right))
            for left, top, right, bottom in _MERGED.findall(content)[:MAX_MERGED]
        ),
        hidden_rows=rows,
        hidden_columns=columns,
        unreckoned=tuple(
            (int(place[2]) - 1, _column(place[1]))
            for one in _UNRECKONED.finditer(content)
            if (place := _PLACE.fullmatch(dict(_VALUE.findall(one[1])).get(b"r", b"")))
        ),
    )


def _hidden(content: bytes) -> tuple[frozenset[int], tuple[range, ...]]:
    rows: set[int] = set()
    columns: list[range] = []
    for match in _TAG.finditer(content):
        values = dict(_VALUE.findall(match[2])) if b"hidden=" in match[2] else {}
        if values.get(b"hidden") not in {b"1", b"true"}:
            continue
        if match[1] == b"row":
            rows.add(_number(values.get(b"r", b"")) - 1)
        else:
            first, last = (_number(values.get(one, b"")) for one in (b"min", b"max"))
            columns.append(range(first - 1, last))
    return frozenset(rows), tuple(columns)


def _number(text: bytes) -> int:
    return int(text) if re.fullmatch(rb"\d{1,7}", text) else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
