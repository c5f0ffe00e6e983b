"""A question taken apart: what it is about, what it asks for, which places and numbers it names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from knowledge.bm25 import normalised
from knowledge.lexicon import Expectation, lexicon

NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff\U00020000-\U0003ffff]")


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
    numbers: tuple[str, ...]
    places: tuple[str, ...]
    topics: tuple[str, ...]  # names of known services and policies in it, the longest of each

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

    def missing_peak(self, text: str) -> float:
        """Return the weight of the heaviest run of terms that a text lacks, over the mean weight."""
        worst = run = 0.0
        for term, has in zip(self.terms, self.covered(text), strict=True):
            run = 0.0 if has else run + term.weight
            worst = max(worst, run)
        return worst


def view(
    text: str, rarity: Callable[[str], float], topics: re.Pattern[str] | None = None
) -> Question:
    """Take a question apart; ``rarity`` gives the inverse document frequency of a bigram."""
    words = lexicon()
    clean = normalised(text)
    content = _content(clean)
    terms = tuple(
        Term(clean[start:end], start, end, rarity(clean[start:end]))
        for start, end in _bigram_spans(clean)
        if content[start:end].any()
    )
    return Question(
        text=clean,
        terms=terms,
        alternatives=tuple(_alternatives(clean)),
        expectations=tuple(one for one in words.expectations if one.asks.search(clean)),
        numbers=tuple(dict.fromkeys(NUMBER.findall(clean))),
        places=_places(clean),
        topics=tuple(dict.fromkeys(topics.findall(clean))) if topics else (),
    )


def _content(text: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return for each character whether it belongs to a word with content."""
    content = np.zeros(len(text), bool)
    for match in _WORD.finditer(text):
        content[match.start() : match.end()] = True
    for match in lexicon().fillers.finditer(text):
        content[match.start() : match.end()] = False
    return content


def _bigram_spans(text: str) -> list[tuple[int, int]]:
    """Return where the bigrams stand; a Latin word or a number counts as one."""
    pieces = [match.span() for match in _WORD.finditer(text)]
    spans = [piece for piece in pieces if text[piece[0]].isascii()]
    for (start, middle), (next_start, end) in zip(pieces, pieces[1:], strict=False):
        is_chinese = not text[start].isascii() and not text[next_start].isascii()
        if middle == next_start and is_chinese:
            spans.append((start, end))
    return sorted(spans)


def _alternatives(text: str) -> list[Alternative]:
    found = []
    for group in lexicon().synonyms:
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
