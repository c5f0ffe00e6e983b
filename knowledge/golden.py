"""Golden questions: what must be answered, what refused, and what must not be said any more.

They ship in ``golden.yml``; a community adds its own in ``LINLI_HOME/golden.yml``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import yaml

from knowledge.answer import Answer, Outcome
from knowledge.errors import EvaluationError
from knowledge.item import Audience

GOLDEN = Path(__file__).with_name("golden.yml")


class Expected(StrEnum):
    """How a golden question must end."""

    ANSWERABLE = "answerable"  # the answer has the fact
    UNANSWERABLE = "unanswerable"  # it is refused
    OUTDATED = "outdated"  # the answer has the present fact, if any, and not the stale one


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One golden question."""

    question: str
    expected: Expected
    fact: str = ""
    stale: str = ""
    items: tuple[str, ...] = ()  # one of which answers, or else an added document
    audience: Audience = Audience.PUBLIC

    def is_met(self, answer: Answer) -> bool:
        """Return whether an answer is what this question expects."""
        if self.expected is Expected.UNANSWERABLE:
            return answer.outcome is Outcome.NO_EVIDENCE
        if self.expected is Expected.OUTDATED:
            return self.stale not in answer.text and (not self.fact or self.fact in answer.text)
        is_from_item = not self.items or answer.item is None or answer.item in self.items
        is_answered = answer.outcome is not Outcome.NO_EVIDENCE
        return is_answered and is_from_item and self.fact in answer.text


class Answers(Protocol):
    """Whatever answers questions."""

    def answer(self, question: str, *, audience: Audience = ..., item: str | None = ...) -> Answer:
        """Return an answer or a refusal."""
        ...


def read_cases(path: Path) -> list[Case]:
    """Return the golden questions of a file; none if there is no file.

    Raises:
        EvaluationError: it is no YAML, or a question lacks something.
    """
    if not path.is_file():
        return []
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return [
            _case(Expected(kind), entry)
            for kind, entries in content.items()
            for entry in entries or []
        ]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise EvaluationError(file=path.name, reason="YAML") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(file=path.name, reason=str(error)) from error


def _case(kind: Expected, entry: Mapping[str, Any] | str) -> Case:
    if isinstance(entry, str):
        entry = {"question": entry}
    items = entry.get("item", ())
    case = Case(
        question=str(entry["question"]),
        expected=kind,
        fact=str(entry.get("fact", "")),
        stale=str(entry.get("stale", "")),
        items=(items,) if isinstance(items, str) else tuple(items),
        audience=Audience(entry.get("audience", Audience.PUBLIC)),
    )
    if kind is Expected.ANSWERABLE and not case.fact:
        raise KeyError("fact")
    if kind is Expected.OUTDATED and not case.stale:
        raise KeyError("stale")
    return case


def golden_cases(home: Path) -> list[Case]:
    """Return the shipped golden questions and the community's own.

    Raises:
        EvaluationError: the community's file cannot be read.
    """
    return [*read_cases(GOLDEN), *read_cases(home / GOLDEN.name)]


def run_golden(answerer: Answers, cases: Sequence[Case] | None = None) -> dict[str, Any]:
    """Return how many golden questions end as they must, and which do not."""
    met: dict[Expected, list[str]] = {kind: [] for kind in Expected}
    missed: dict[Expected, list[str]] = {kind: [] for kind in Expected}
    for case in read_cases(GOLDEN) if cases is None else cases:
        is_met = case.is_met(answerer.answer(case.question, audience=case.audience))
        (met if is_met else missed)[case.expected].append(case.question)
    asked = {kind: len(met[kind]) + len(missed[kind]) for kind in Expected}
    return {
        "total": sum(asked.values()),
        "right": len(met[Expected.ANSWERABLE]),
        "answerable": asked[Expected.ANSWERABLE],
        "refused": len(met[Expected.UNANSWERABLE]),
        "unanswerable": asked[Expected.UNANSWERABLE],
        "current": len(met[Expected.OUTDATED]),
        "outdated": asked[Expected.OUTDATED],
        "wrong": missed[Expected.ANSWERABLE],
        "answered": missed[Expected.UNANSWERABLE],
        "stale": missed[Expected.OUTDATED],
    }
