"""The gate before publishing: golden questions over the index as it is and as it would be."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.answer import Answer
from knowledge.answerer import Answerer
from knowledge.golden import Case, Expected

Progress = Callable[[int, int], None]  # questions asked, and of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A golden question that ends otherwise than now."""

    question: str
    expected: Expected
    fact: str
    before: str  # the answers, shortened
    after: str
    cited: str  # the document that answers then, empty for a shipped item or a refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the golden questions fare on both indexes."""

    live: str
    candidate: str
    asked: int
    right_before: int
    right_after: int
    lost: tuple[Turned, ...]
    won: tuple[Turned, ...]

    @property
    def is_passed(self) -> bool:
        """Whether no question is lost; a question won makes up for none that is lost."""
        return not self.lost

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return asdict(self) | {"is_passed": self.is_passed}


class Gate:
    """Asks the golden questions; what the index in use answers is remembered."""

    def __init__(self) -> None:
        self._known: tuple[str, list[Answer]] = ("", [])

    def run(
        self,
        cases: Sequence[Case],
        live: Answerer,
        candidate: Answerer,
        progress: Progress = lambda done, total: None,
    ) -> Report:
        """Return the report of both indexes."""
        total = 2 * len(cases)
        before = self._before(cases, live, lambda done: progress(done, total))
        after = _asked(cases, candidate, lambda done: progress(len(cases) + done, total))
        pairs = list(zip(cases, before, after, strict=True))
        return Report(
            live=live.library.name,
            candidate=candidate.library.name,
            asked=len(cases),
            right_before=sum(case.is_met(one) for case, one, _ in pairs),
            right_after=sum(case.is_met(one) for case, _, one in pairs),
            lost=tuple(
                _turned(case, was, now)
                for case, was, now in pairs
                if case.is_met(was) and not case.is_met(now)
            ),
            won=tuple(
                _turned(case, was, now)
                for case, was, now in pairs
                if case.is_met(now) and not case.is_met(was)
            ),
        )

    def _before(
        self, cases: Sequence[Case], live: Answerer, progress: Callable[[int], None]
    ) -> list[Answer]:
        key = hashlib.sha256(repr((live.library.name, live.ward, cases)).encode()).hexdigest()
        if self._known[0] != key:
            self._known = key, _asked(cases, live, progress)
        progress(len(cases))
        return self._known[1]


def _asked(
    cases: Sequence[Case], answerer: Answerer, progress: Callable[[int], None]
) -> list[Answer]:
    answers = []
    for done, case in enumerate(cases):
        progress(done)
        answers.append(
            answerer.answer(
                case.question,
                audience=case.audience,
                is_enquiry=case.expected is not Expected.UNANSWERABLE,  # as a conversation knows
            )
        )
    progress(len(cases))
    return answers


def _turned(case: Case, before: Answer, after: Answer) -> Turned:
    return Turned(
        question=case.question,
        expected=case.expected,
        fact=case.fact or case.stale,
        before=_short(before.text),
        after=_short(after.text),
        cited=after.citations[0].document if after.citations and after.item is None else "",
    )


def _short(text: str, length: int = 120) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
