"""An address with its labelled parts, and the file of such addresses a community may keep."""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.understanding.address.errors import AddressRowError

KEYS = {"text", "spans"}
SPAN_KEYS = {"label", "start", "end"}
OPTIONAL_KEYS, OPTIONAL_SPAN_KEYS = {"id", "source"}, {"text"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One part of an address; ``text[start:end]`` is what it says."""

    start: int
    end: int
    label: str

    def as_dict(self, text: str) -> dict[str, str | int]:
        """Return the span as JSON shows it, with its words."""
        return {
            "label": self.label,
            "start": self.start,
            "end": self.end,
            "text": text[self.start : self.end],
        }


@dataclass(frozen=True, slots=True)
class LabelledAddress:
    """An address and its parts, in the order of the text and apart from each other."""

    text: str
    spans: tuple[Span, ...]


def join_parts(parts: Iterable[tuple[str, str]]) -> LabelledAddress:
    """Return the address made of (words, label) one after another; an empty label is no part."""
    text, spans = "", []
    for words, label in parts:
        if label and words:
            spans.append(Span(len(text), len(text) + len(words), label))
        text += words
    return LabelledAddress(text, tuple(spans))


def read_addresses(path: Path) -> list[LabelledAddress]:
    """Return the rows of a JSON Lines file; every row is checked before any is returned.

    Raises:
        AddressRowError: a row that cannot be learned from, with its line number.
    """
    return list(_rows(path))


def _rows(path: Path) -> Iterator[LabelledAddress]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AddressRowError(f"无法读取 {path}:文件不存在,或者不是 UTF-8 文本。") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _address_of(json.loads(line))
        except json.JSONDecodeError as error:
            raise AddressRowError(f"第 {number} 行不是 JSON。") from error
        except _RowError as error:
            raise AddressRowError(f"第 {number} 行:{error}") from error


class _RowError(Exception):
    """What is wrong with a row; it never quotes the row."""


def _address_of(row: Any) -> LabelledAddress:
    _check_keys(row, KEYS, OPTIONAL_KEYS, "该行")
    text, spans = row["text"], row["spans"]
    if not isinstance(text, str) or not text.strip():
        raise _RowError("text 应是不为空的文字。")
    if not isinstance(spans, list):
        raise _RowError("spans 应是列表。")
    found = sorted(_span_of(span, text) for span in spans)
    for one, other in itertools.pairwise(found):
        if other.start < one.end:
            raise _RowError(f"两个片段重叠({one.start}–{one.end} 与 {other.start}–{other.end})。")
    return LabelledAddress(text, tuple(found))


def _span_of(span: Any, text: str) -> Span:
    _check_keys(span, SPAN_KEYS, OPTIONAL_SPAN_KEYS, "片段")
    start, end, label = span["start"], span["end"], span["label"]
    if not isinstance(label, str) or not label.strip():
        raise _RowError("片段的 label 应是不为空的文字。")
    if any(type(one) is not int for one in (start, end)) or not 0 <= start < end <= len(text):
        raise _RowError(f"片段 {start}–{end} 超出文字范围(共 {len(text)} 个字符)。")
    if span.get("text", text[start:end]) != text[start:end]:
        raise _RowError(f"片段 {start}–{end} 的 text 与原文不符。")
    return Span(start, end, label)


def _check_keys(found: Any, needed: set[str], optional: set[str], what: str) -> None:
    if not isinstance(found, dict):
        raise _RowError(f"{what}应是 JSON 对象。")
    missing = sorted(needed - found.keys())
    if missing:
        raise _RowError(f"{what}缺少 {'、'.join(missing)}。")
    unknown = sorted(found.keys() - needed - optional)
    if unknown:
        raise _RowError(f"{what}有未知字段 {'、'.join(map(str, unknown))[:60]}。")
