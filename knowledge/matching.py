"""Which service item a question is about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.bm25 import normalised
from knowledge.item import Audience, KnowledgeItem
from knowledge.lexicon import lexicon
from knowledge.question import Question

MIN_COVERAGE = 0.75
CLOSE = 0.12  # items this near the best are offered as choices
MAX_CHOICES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item and how much of the question it accounts for, 0 to 1."""

    item: str
    score: float


class Matcher:
    """Knows what people call each item."""

    def __init__(self, items: Mapping[str, KnowledgeItem]) -> None:
        self._items = items
        self._names = {
            item.id: tuple(
                sorted({normalised(name) for name in (item.title, *item.aliases)}, key=len)
            )
            for item in items.values()
        }
        self._synonymous: dict[str, set[str]] = defaultdict(set)
        for names in self._names.values():
            for name in names:
                if len(name) > 1:
                    self._synonymous[name] |= {other for other in names if len(other) > 1}
        self._by_length = sorted(self._synonymous, key=lambda name: (-len(name), name))
        self._questions = {
            item.id: {_bare(question) for question in item.questions} for item in items.values()
        }

    def topics(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Return, for each service or policy that a text names, every name it goes by."""
        taken: list[tuple[int, int]] = []
        found = []
        for name in self._by_length:
            at = text.find(name)
            end = at + len(name)
            if at >= 0 and not any(start < end and at < stop for start, stop in taken):
                taken.append((at, end))
                found.append((name, *self._synonymous[name]))
        return tuple(found)

    def names_in(self, question: Question, items: Iterable[str]) -> set[str]:
        """Return every name of these items that the question uses."""
        return {name for item in items for name in self._names[item] if name in question.text}

    def matches(self, question: Question, audience: Audience) -> list[Match]:
        """Return the items the question is about as a whole, best first; often none."""
        bare = _bare(question.text)
        scores = {
            name: 1.0 if bare in self._questions[name] else self._score(question, name)
            for name, item in self._items.items()
            if audience.may_see(item.audience)
        }
        found = [
            Match(item=name, score=score)
            for name, score in scores.items()
            if score >= MIN_COVERAGE
        ]
        found.sort(key=lambda match: -match.score)
        return [one for one in found if one.score >= found[0].score - CLOSE][:MAX_CHOICES]

    def _score(self, question: Question, item: str) -> float:
        """Return the share of the question's weight that a name of the item accounts for."""
        spans = [
            (at, at + len(name))
            for name in self._names[item]
            if (at := question.text.find(name)) >= 0
        ]
        if not spans or self._names_elsewhere(question, item):
            return 0.0
        asking = _asking_spans(question.text)
        if not asking and not self._is_bare_name(question, spans):
            return 0.0  # it asks something particular, which takes evidence
        kept = [
            term.weight
            for term in question.terms
            if any(a - 1 <= term.start and term.end <= b + 1 for a, b in [*spans, *asking])
        ]
        longest = max(end - start for start, end in spans)
        return sum(kept) / question.weight * (1 - 0.5 / (longest + 1)) if question.terms else 0.0

    def _is_bare_name(self, question: Question, spans: list[tuple[int, int]]) -> bool:
        """Return whether a question says nothing but the name of the item."""
        rest = question.text
        for start, end in spans:
            rest = rest.replace(question.text[start:end], "")
        return len(lexicon().fillers.sub("", rest).strip("?？。！! ")) <= 1

    def _names_elsewhere(self, question: Question, item: str) -> bool:
        area = self._items[item].area
        return any(place not in area for place in question.places)


def _bare(text: str) -> str:
    return normalised(text).strip("?？。！! ")


def _asking_spans(text: str) -> list[tuple[int, int]]:
    """Return where a question says what it asks for."""
    words = lexicon()
    patterns = [*words.facets.values(), words.whole]
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]
