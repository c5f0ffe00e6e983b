"""Reads an evaluation set as BEIR publishes it: two JSONL files of texts, a TSV of judgements."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from knowledge.errors import EvaluationError
from knowledge.texts import texts

ID = "_id/id"
FIELDS = ("query-id", "corpus-id", "score")
Judgements = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Texts and queries by id, and for each query the texts that answer it with their grade."""

    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, float]]
    notices: tuple[str, ...] = ()  # sentences on what is odd in it, though it can be measured


def read_collection(corpus: Path, queries: Path, qrels: Path) -> Collection:
    """Return a collection; of two lines with one id the last counts, as in BEIR's own loader.

    Raises:
        EvaluationError: a file is missing, not of this shape, or leaves nothing to measure; the
            message names file, line and field.
    """
    judgements, repeated = _read_judgements(qrels)
    known, twice = _read_texts(corpus)
    asked, asked_twice = _read_texts(queries)
    if not judgements.keys() & asked.keys():
        _refuse(qrels, "none_asked", queries=queries.name)
    says = texts()
    pairs = [(query, text) for query, grades in judgements.items() for text in grades]
    counted = (
        ("eval_repeated", corpus, twice),
        ("eval_repeated", queries, asked_twice),
        ("eval_repeated", qrels, repeated),
        ("eval_unasked", qrels, sum(query not in asked for query, _ in pairs)),
        ("eval_unknown", qrels, sum(text not in known for _, text in pairs)),
    )
    return Collection(
        corpus=known,
        queries=asked,
        judgements=judgements,
        notices=tuple(
            says.command(key, file=file.name, count=count) for key, file, count in counted if count
        ),
    )


def _read_judgements(path: Path) -> tuple[Judgements, int]:
    """Return the judgements, and how many lines repeat one."""
    judgements: Judgements = defaultdict(dict)
    repeated = 0
    lines = _lines(path)
    number, header = next(lines, (0, ""))
    if not number:
        _refuse(path, "none_judged")
    columns = [name.strip() for name in header.split("\t")]
    if not set(FIELDS) <= set(columns):
        _refuse(path, "header", line=number)
    for number, line in lines:
        row = dict(zip(columns, (cell.strip() for cell in line.split("\t")), strict=False))
        for field in FIELDS:
            if not row.get(field):
                _refuse(path, "missing", line=number, field=field)
        query, text, score = (row[field] for field in FIELDS)
        repeated += text in judgements[query]
        judgements[query][text] = _grade(path, number, score)
    if not any(grade > 0 for grades in judgements.values() for grade in grades.values()):
        _refuse(path, "none_judged")
    return dict(judgements), repeated


def _grade(path: Path, number: int, score: str) -> float:
    try:
        grade = float(score)
    except ValueError:
        grade = math.nan
    if not math.isfinite(grade):
        _refuse(path, "no_number", line=number, field=FIELDS[-1])
    return grade


def _read_texts(path: Path) -> tuple[dict[str, str], int]:
    """Return the texts by their ids, and how many lines repeat an id."""
    found: dict[str, str] = {}
    repeated = 0
    for number, line in _lines(path):
        name, text = _text_of(path, number, line)
        repeated += name in found
        found[name] = text
    if not found:
        _refuse(path, "none_written")
    return found, repeated


def _text_of(path: Path, number: int, line: str) -> tuple[str, str]:
    """Return id and words of a line, its title before its text."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        _refuse(path, "no_object", line=number)
    name, text = record["id"] if "id" in record else record.get("_id"), record.get("text")
    if not isinstance(name, str | int) or name == "":
        _refuse(path, "missing", line=number, field=ID)
    if text is None:
        _refuse(path, "missing", line=number, field="text")
    if not isinstance(text, str | int | float):
        _refuse(path, "no_words", line=number, field="text")
    title, text = str(record.get("title") or ""), str(text)
    return str(name), text if text.startswith(title) else f"{title} {text}"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, and their numbers; a text may hold other breaks."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        _refuse(path, "encoding")
    except FileNotFoundError:
        _refuse(path, "not_found")
    except IsADirectoryError:
        _refuse(path, "folder")
    except OSError:
        _refuse(path, "closed")
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            yield number, line


def _refuse(path: Path, reason: str, **details: object) -> NoReturn:
    raise EvaluationError(file=path.name, reason=texts().command(f"eval_{reason}", **details))
