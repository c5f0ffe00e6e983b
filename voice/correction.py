"""Puts a near-sounding term of ours in the place of what was heard, where that reads better.

A noisy channel: the gain of a replacement is what the text becomes more probable by (characters
two before, counted in our own texts), less what the sounds differ by, less a fixed reluctance.
Text that is right already is probable already, so nothing gains.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jieba
import numpy as np

from voice.alike import Costs, Syllable, syllables
from voice.numerals import in_figures, spelled
from voice.sound import Samples
from voice.vocabulary import Vocabulary

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
EDGE = "^"
CHARACTERS = 6000  # that may follow any other, for those never seen
TRIGRAMS, BIGRAMS, UNIGRAMS = 0.5, 0.3, 0.19  # the rest is for the never seen
ROUNDS = 8
FARTHEST = 0.4  # mean difference of syllables beyond which nothing is thought of


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A clause with one term in the place of what sounds like it.

    ``difference`` is the sum over its syllables, ``changed`` how many of them are other ones;
    ``nearness`` and ``commonness`` are what the clause becomes more probable by, in nats, among
    our texts and in everyday Chinese.
    """

    clause: str
    length: int
    difference: float
    changed: int
    nearness: float
    commonness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Chosen on the tuning half of the benchmark's sentences (``bench.voice --fit``)."""

    difference: float = 9.0  # nats for each wholly different syllable
    reluctance: float = 7.0  # nats for each replacement of three syllables; shorter cost more
    farthest: float = 0.2  # mean difference of the syllables of a term
    apart: float = 0.25  # mean difference of those syllables that are other ones
    general: float = 1.0  # what everyday Chinese counts, beside our own texts

    def gain(self, candidate: Candidate) -> float:
        """Return what a replacement gains, in nats; nothing that gains nothing is made."""
        if candidate.difference > self.farthest * candidate.length:
            return 0.0
        if candidate.difference > self.apart * candidate.changed:
            return 0.0
        cost = self.difference * candidate.difference + self.reluctance * 3 / candidate.length
        return candidate.nearness + self.general * candidate.commonness - cost


@lru_cache(maxsize=4096)
def commonness(clause: str) -> float:
    """Return the log probability of a clause as a row of words of everyday Chinese (jieba's)."""
    tokenizer = jieba.dt
    route: dict[int, tuple[float, int]] = {}
    tokenizer.calc(clause, tokenizer.get_DAG(clause), route)
    return float(route[0][0])


class Characters:
    """The probability of a character after two others, counted in texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for text in texts:
            framed = EDGE * 2 + text + EDGE
            for end in range(2, len(framed)):
                for start in (end - 2, end - 1, end):
                    self._counts[framed[start : end + 1]] += 1
                self._counts[framed[end - 2 : end] + " "] += 1  # a blank stands for anything
                self._counts[framed[end - 1 : end] + " "] += 1
                self._counts[" "] += 1

    def log_probability(self, text: str, before: str, after: str) -> float:
        """Return log p of ``text`` and the first two of ``after``, given ``before``."""
        framed = (EDGE * 2 + before)[-2:] + text + (after + EDGE)[:2]
        return sum(self._log(framed[end - 2 : end], framed[end]) for end in range(2, len(framed)))

    def _log(self, before: str, character: str) -> float:
        p = 0.01 / CHARACTERS
        for weight, context in ((TRIGRAMS, before), (BIGRAMS, before[1:]), (UNIGRAMS, "")):
            total = self._counts[context + " "]
            if total:
                p += weight * self._counts[context + character] / total
        return math.log(p)


class Corrector:
    """Corrects over one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()
        self._characters = Characters(vocabulary.texts)
        by_length: dict[int, list[str]] = defaultdict(list)
        for term in vocabulary.terms:
            by_length[len(term)].append(term)
        sounds = {term: syllables(term) for term in vocabulary.terms}
        known = sorted({syllable for found in sounds.values() for syllable in found})
        numbers = {syllable: number for number, syllable in enumerate(known)}
        self._costs = Costs(known)
        self._terms: dict[int, tuple[list[str], Samples]] = {
            length: (terms, np.array([[numbers[s] for s in sounds[t]] for t in terms]))
            for length, terms in by_length.items()
        }

    def correct(self, text: str, weights: Weights | None = None) -> str:
        """Return ``text`` corrected, the numbers of buildings in figures."""
        words = spelled(text)
        chosen = weights or self._weights
        corrected = _CHINESE.sub(lambda found: self._clause(found[0], chosen), words)
        # Nothing was changed: then not even the way in which numbers are written.
        return in_figures(corrected if corrected != words else text)

    def _clause(self, clause: str, weights: Weights) -> str:
        for _ in range(ROUNDS):
            offers = ((weights.gain(one), one.clause) for one in self.candidates(clause))
            best = max(offers, default=(0.0, clause))
            if best[0] <= 0:
                break
            clause = best[1]
        return clause

    def candidates(self, clause: str) -> list[Candidate]:
        """Return every replacement that sounds near enough to be thought of."""
        return list(self._candidates(clause))

    def _candidates(self, clause: str) -> Iterator[Candidate]:
        heard = syllables(clause)
        for length, (terms, numbers) in self._terms.items():
            for start in range(len(heard) - length + 1):
                span = clause[start : start + length]
                differences = self._differences(heard[start : start + length], numbers)
                for row in np.flatnonzero(differences <= FARTHEST * length):
                    gain = self._gain(clause, start, terms[row])
                    if terms[row] != span and gain > 0:
                        end = start + length
                        other = clause[:start] + terms[row] + clause[end:]
                        yield Candidate(
                            clause=other,
                            length=length,
                            difference=float(differences[row]),
                            changed=self._changed(heard[start:end], numbers[row]),
                            nearness=gain,
                            commonness=commonness(other) - commonness(clause),
                        )

    def _changed(self, heard: list[Syllable], term: Samples) -> int:
        costs = zip(heard, term, strict=True)
        return sum(bool(self._costs.row(syllable)[number]) for syllable, number in costs)

    def _differences(self, heard: list[Syllable], numbers: Samples) -> Samples:
        rows = [self._costs.row(syllable) for syllable in heard]
        found: np.ndarray[Any, Any] = np.sum(
            [row[numbers[:, place]] for place, row in enumerate(rows)], axis=0
        )
        return found

    def _gain(self, clause: str, start: int, term: str) -> float:
        before, after = clause[:start], clause[start + len(term) :]
        span = clause[start : start + len(term)]
        read = self._characters.log_probability
        return read(term, before, after) - read(span, before, after)
