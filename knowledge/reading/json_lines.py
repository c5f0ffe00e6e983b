"""Service items as JSON Lines: an object a line, its keys are the columns."""

import json
from collections.abc import Mapping
from typing import Any

from knowledge.reading.blocks import Block
from knowledge.reading.grid import MAX_CELLS, Cell
from knowledge.reading.services import service_blocks

SHOWN = 8  # headings that are named where none of them is known


class NoServicesError(Exception):
    """No line has the name of a service item and two things more."""

    def __init__(self, headings: str) -> None:
        super().__init__(headings)
        self.headings = headings


def read_jsonl(text: str, columns: Mapping[str, str]) -> list[Block]:
    """Return the items of all lines.

    Raises:
        ValueError: a line is no JSON object.
        NoServicesError: the keys are none of service items.
    """
    records = [_object(line) for line in text.splitlines() if line.strip("\ufeff \t")]
    headings = list(dict.fromkeys(key for record in records for key in record))
    if len(headings) * len(records) > MAX_CELLS:
        raise MemoryError
    rows = [[_written(record.get(heading)) for heading in headings] for record in records]
    grid = [
        [Cell((y, x), cell) for x, cell in enumerate(row)]
        for y, row in enumerate([headings, *rows])
    ]
    services = service_blocks(grid, columns)
    if services is None:
        raise NoServicesError("、".join(headings[:SHOWN]))
    return services


def _object(line: str) -> dict[str, Any]:
    found = json.loads(line.strip("\ufeff"))
    if not isinstance(found, dict):
        raise ValueError(type(found).__name__)
    return {str(key): value for key, value in found.items()}


def _written(value: object) -> str:
    """Return a value as a person reads it: a list line by line, an object as 名：值."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "\n".join(filter(None, (_written(one) for one in value)))
    if isinstance(value, dict):
        parts = ((key, _written(one).replace("\n", "、")) for key, one in value.items())
        return "；".join(f"{key}：{text}" for key, text in parts if text)
    return "\n".join(filter(None, (" ".join(line.split()) for line in str(value).splitlines())))
