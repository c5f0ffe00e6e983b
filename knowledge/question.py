"""A question taken apart: what it is about, what it asks for, which places it names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.bm25 import normalised
from knowledge.lexicon import Expectation, Lexicon, lexicon
from knowledge.origin import without_origin

_PIECE = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One bigram of the question, where it stands and how rare it is."""

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Words that stand for the question's words from ``start`` to ``end``."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with everything that is asked of it more than once."""

    text: str
    terms: tuple[Term, ...]
    alternatives: tuple[Alternative, ...]
    expectations: tuple[Expectation, ...]
    places: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]  # for each known service or policy in it, all its names

    @property
    def weight(self) -> float:
        """The sum of the terms' weights."""
        return sum(term.weight for term in self.terms)

    def covered(self, text: str) -> list[bool]:
        """Return for each term whether a normalised text has it, or a word that stands for it."""
        spans = [
            (one.start, one.end)
            for one in self.alternatives
            if any(word in text for word in one.words)
        ]
        return [
            term.text in text
            or any(start <= term.start and term.end <= end for start, end in spans)
            for term in self.terms
        ]

    def coverage(self, text: str) -> float:
        """Return the share of the terms' weight that a normalised text covers, 0 to 1."""
        if not self.terms:
            return 0.0
        kept = self.covered(text)
        return sum(t.weight for t, has in zip(self.terms, kept, strict=True) if has) / self.weight

    def strangers(self, text: str) -> int:
        """Return how many terms a normalised text lacks, down to one of their characters."""
        return sum(
            term.text not in text and (term.text[0] not in text or term.text[-1] not in text)
            for term in self.terms
        )

    def foreign_topics(self, text: str) -> int:
        """Return how many topics of the question a normalised text mentions by no name."""
        return sum(not any(name in text for name in names) for names in self.topics)


def view(
    text: str,
    rarity: Callable[[str], float],
    topics: Callable[[str], tuple[tuple[str, ...], ...]] = lambda text: (),
    words: Lexicon | None = None,
) -> Question:
    """Take a question apart; ``rarity`` gives the inverse document frequency of a bigram."""
    words = words or lexicon()
    clean = without_origin(normalised(text))
    terms = tuple(
        Term(clean[start:end], start, end, rarity(clean[start:end]))
        for start, end in _term_spans(clean)
    )
    return Question(
        text=clean,
        terms=terms,
        alternatives=tuple(_alternatives(clean, words)),
        expectations=tuple(one for one in words.expectations if one.asks.search(clean)),
        places=_places(clean),
        topics=topics(clean),
    )


def _term_spans(text: str) -> list[tuple[int, int]]:
    """Return where the terms stand: bigrams of what is left when the fillers are taken out.

    A Latin word or a number counts as one, and so does a character that is left alone.
    """
    blank = lexicon().fillers.sub(lambda match: " " * len(match[0]), text)
    spans: list[tuple[int, int]] = []
    for match in _PIECE.finditer(blank):
        start, end = match.span()
        if text[start].isascii() or end - start == 1:
            spans.append((start, end))
        else:
            spans += [(at, at + 2) for at in range(start, end - 1)]
    return spans


def _alternatives(text: str, words: Lexicon) -> list[Alternative]:
    found = []
    for group in words.synonyms:
        for word in group:
            start = text.find(word)
            if start >= 0:
                others = tuple(other for other in group if other != word)
                found.append(Alternative(max(start - 1, 0), start + len(word) + 1, others))
    return found


def _places(text: str) -> tuple[str, ...]:
    """Return the cities and the named districts, communities and villages in a question."""
    words = lexicon()
    found = [match[0] for match in words.area.finditer(text)]
    for match in words.place.finditer(text):
        name = words.fillers.sub("", match[1])
        if len(name) == 2 and not name.endswith(words.not_places):
            found.append(match[0])
    return tuple(dict.fromkeys(found))
