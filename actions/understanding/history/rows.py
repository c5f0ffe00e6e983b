"""The labelled messages of a community's history, as they are read from files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions.understanding.history.errors import HistoryRowError

LONGEST_LABEL = 40  # characters


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message and where it belonged; of some only the words are left, without stop words."""

    text: str = field(repr=False)
    label: str
    words: tuple[str, ...] | None = field(default=None, repr=False)


def read_messages(paths: Iterable[Path]) -> list[LabelledMessage]:
    """Return the rows of JSON Lines files; every row is checked before any is returned.

    A row is ``{"text", "label"}``, or ``{"tokens", "label"}`` where the words are a list or stand
    apart by blanks; other fields are left alone.

    Raises:
        HistoryRowError: a row that cannot be learned from, with its file and line number.
    """
    return [row for path in paths for row in _rows(path)]


def _rows(path: Path) -> Iterator[LabelledMessage]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryRowError(f"无法读取 {path}:文件不存在,或者不是 UTF-8 文本。") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _message_of(json.loads(line))
        except json.JSONDecodeError as error:
            raise HistoryRowError(f"{path.name} 第 {number} 行不是 JSON。") from error
        except _RowError as error:
            raise HistoryRowError(f"{path.name} 第 {number} 行:{error}") from error


class _RowError(Exception):
    """What is wrong with a row; it never quotes the row."""


def _message_of(row: Any) -> LabelledMessage:
    if not isinstance(row, dict):
        raise _RowError("该行应是 JSON 对象。")
    label = row.get("label")
    if not isinstance(label, str) or not 0 < len(label.strip()) <= LONGEST_LABEL:
        raise _RowError(f"label 应是 1–{LONGEST_LABEL} 个字的文字。")
    words = _words_of(row["tokens"]) if "text" not in row and "tokens" in row else None
    text = row.get("text", "".join(words or ()))
    if not isinstance(text, str) or not text.strip():
        raise _RowError("text 应是不为空的文字。")
    return LabelledMessage(text, label.strip(), words)


def _words_of(found: Any) -> tuple[str, ...]:
    words = found.split() if isinstance(found, str) else found
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _RowError("tokens 应是词的列表,或者用空格分开的词。")
    return tuple(word for word in words if word.strip())
