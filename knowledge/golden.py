"""The shipped golden questions: what must be answered, and what must be refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from knowledge.answer import Answer, Outcome
from knowledge.item import Audience

GOLDEN = Path(__file__).with_name("golden.yml")


class Answers(Protocol):
    """Whatever answers questions."""

    def answer(self, question: str, *, audience: Audience = ..., item: str | None = ...) -> Answer:
        """Return an answer or a refusal."""
        ...


def run_golden(answerer: Answers, path: Path = GOLDEN) -> dict[str, Any]:
    """Return how many golden questions end as they must, and which do not."""
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))
    answerable, refused = cases["answerable"], cases["unanswerable"]
    wrong = [case["question"] for case in answerable if not _is_right(answerer, case)]
    answered = [
        question
        for question in refused
        if answerer.answer(question).outcome is not Outcome.NO_EVIDENCE
    ]
    return {
        "total": len(answerable) + len(refused),
        "right": len(answerable) - len(wrong),
        "answerable": len(answerable),
        "refused": len(refused) - len(answered),
        "unanswerable": len(refused),
        "wrong": wrong,
        "answered": answered,
    }


def _is_right(answerer: Answers, case: Mapping[str, Any]) -> bool:
    audience = Audience(case.get("audience", Audience.PUBLIC))
    found = answerer.answer(case["question"], audience=audience)
    items = case.get("item", found.item)
    is_item = found.item in items if isinstance(items, list) else found.item == items
    return is_item and case["fact"] in found.text
