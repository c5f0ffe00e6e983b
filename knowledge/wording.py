"""The words of a question to added documents, and what else is particular about them."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Any

from knowledge.bm25 import normalised
from knowledge.lexicon import Expectation, Lexicon, colloquial, lexicon
from knowledge.question import Question, view

_REFERENCE = re.compile(r"\d{4}-\d\d-\d\d|(?<!\d)\d{5,}(?!\d)|(?<!\d)1\d\d(?!\d)")
_CLAUSE = re.compile(r"[，,；;。！？!?]|(?<=[\u4e00-\u9fff])[:：](?=[^0-9])")
LONE_CHARACTER = 0.5  # of its rarity: a single character says little


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, how rare it is, and the words that may stand for it."""

    text: str
    weight: float
    alternatives: tuple[str, ...]

    def found_in(self, text: str) -> float:
        """Return how much of the word a normalised text has, 0 to 1."""
        if self.text in text or any(other in text for other in self.alternatives):
            return 1.0
        pairs = [self.text[at : at + 2] for at in range(len(self.text) - 1)]
        return fmean(pair in text for pair in pairs) if len(pairs) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is compared with the sentences of added documents."""

    question: Question
    words: tuple[Word, ...]
    units: tuple[Expectation, ...]  # 几个工作日 wants a number of working days
    head: Word | None  # what is asked about (利率 in 贷款利率是多少)
    places: tuple[str, ...]  # cities, and names of streets and communities
    names: tuple[str, ...]  # with the kinds of things they name (北门夜市)

    @property
    def weight(self) -> float:
        """The sum of the words' weights."""
        return sum(word.weight for word in self.words) or 1.0

    def is_met(self, answer: str) -> bool:
        """Return whether an answer has a number of the kind asked for, if one is asked for."""
        text = _REFERENCE.sub(" ", normalised(answer))
        return not self.units or any(one.shows.search(text) for one in self.units)

    def share_in(self, text: str) -> float:
        """Return the rarity-weighted share of the words that a normalised text has, 0 to 1."""
        return sum(word.found_in(text) * word.weight for word in self.words) / self.weight

    def clause_shares(self, answer: str) -> tuple[float, float]:
        """Return the best share of the words beside what is asked for.

        That is in one clause that has such a thing (a sum of money), and with the clause before.
        """
        shows = self.units or self.question.expectations
        best, before = (0.0, 0.0), ""
        for clause in _CLAUSE.split(answer):
            if not shows or any(one.shows.search(clause) for one in shows):
                found = (self.share_in(clause), self.share_in(before + clause))
                best = max(best, found, key=lambda pair: pair[0] / 2 + pair[1])
            before = clause
        return best

    def elsewhere(self, document: str) -> int:
        """Return how many names a document lacks."""
        return sum(name not in document for name in self.names)


def wording(
    text: str,
    rarity: Callable[[str], float],
    topics: Callable[[str], tuple[tuple[str, ...], ...]],
) -> Wording:
    """Take a question apart with the words residents use."""
    words = colloquial()
    question = view(text, rarity, topics, words)
    names = tuple(_names(question.text, words))
    return Wording(
        question=question,
        words=tuple(_words(question.text, rarity, words)),
        units=tuple(_units(question.text, words)),
        head=_head(question.text, rarity, words),
        places=(
            *_cities(question.text, words),
            *(n for n in names if n.endswith(words.named_places)),
        ),
        names=names,
    )


def _cities(text: str, words: Lexicon) -> Iterator[str]:
    return (match[0] for match in words.area.finditer(text))


def _units(text: str, words: Lexicon) -> Iterator[Expectation]:
    found = [one for one in words.units if one.asks.search(text)]
    if not found and words.number is not None and words.number.asks.search(text):
        found = [words.number]
    yield from found


def _names(text: str, words: Lexicon) -> Iterator[str]:
    """Yield the words that are a name with the kind of thing it names (北门夜市)."""
    fillers = lexicon().fillers
    parts = [("" if fillers.fullmatch(part) else part) for part in _cut(text)]
    for at, part in enumerate(parts):
        kind = next((one for one in words.kinds if part.endswith(one)), "")
        name = part.removesuffix(kind)
        for before in reversed(parts[:at]):
            if part != kind or len(name) > 1 or not before:
                break
            name = before + name
        if kind and len(name) > 1 and _is_name(name, words):
            yield name + kind


def _is_name(name: str, words: Lexicon) -> bool:
    return not name.startswith(words.not_names) and not any(sign.isdigit() for sign in name)


def _words(text: str, rarity: Callable[[str], float], lexicon_: Lexicon) -> Iterator[Word]:
    blank, start = _blanked(text), 0
    for word in _cut(text):
        rest = blank[start : start + len(word)].strip()
        start += len(word)
        if rest and any(sign.isalnum() for sign in word):
            yield Word(word, _rarity(word, rarity), _others(word, lexicon_))


def _head(text: str, rarity: Callable[[str], float], words: Lexicon) -> Word | None:
    """Return the last word before what asks that is no measure; none where nothing asks."""
    if words.interrogative is None or words.measure is None:
        return None
    match = words.interrogative.search(text)
    before = _cut(text[: match.start()]) if match else []
    for word in reversed(before):
        if any(sign.isalnum() for sign in word) and not words.measure.match(word):
            return Word(word, _rarity(word, rarity), _others(word, words))
    return None


def _rarity(word: str, rarity: Callable[[str], float]) -> float:
    if len(word) == 1:
        return LONE_CHARACTER * rarity(word)
    return fmean(rarity(word[at : at + 2]) for at in range(len(word) - 1))


def _others(word: str, words: Lexicon) -> tuple[str, ...]:
    return tuple(
        other
        for group in words.synonyms
        if any(_stands_for(one, word) for one in group)
        for other in group
    )


def _stands_for(one: str, word: str) -> bool:
    return one == word or (len(one) > 1 and one in word) or (len(word) > 1 and word in one)


def _blanked(text: str) -> str:
    """Return a text with spaces in the place of what carries no content."""
    return lexicon().fillers.sub(lambda match: " " * len(match[0]), text)


def _cut(text: str) -> list[str]:
    return [str(word) for word in _tokenizer().cut(text)]


@cache
def _tokenizer() -> Any:
    import jieba  # its dictionary takes a second to read

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer
