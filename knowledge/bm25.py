"""BM25 over character bigrams, which suit Chinese better than words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.postings import Postings, term_code

K1 = 1.2
B = 0.9
REMEMBERED = 100_000  # terms whose rarity is kept at hand
FREQUENT = 1 / 16  # share of the texts from which a term is weighed once for all of them
WEIGHED_BYTES = 32 * 1024 * 1024  # of such weights that are kept at hand
_PIECES = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def normalised(text: str) -> str:
    """Return text in one width and case, so that ＡＢ and ab are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of Chinese runs, and Latin words and numbers whole."""
    found: list[str] = []
    for piece in _PIECES.findall(normalised(text)):
        if piece[0].isascii():
            found.append(piece.strip("."))
        elif len(piece) == 1:
            found.append(piece)
        else:
            found += [piece[at : at + 2] for at in range(len(piece) - 1)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Postings of which each text has a place in a corpus, or -1 where it is out of it."""

    postings: Postings
    places: NDArray[np.int32]

    def found(self, codes: NDArray[np.uint64]) -> "Occurrences":
        """Return where terms occur, term by term."""
        terms, texts, times = self.postings.texts_of(codes)
        places = self.places[texts].astype(np.intp)
        if len(places) and places.min() < 0:
            is_in = places >= 0
            terms, places, times = terms[is_in], places[is_in], times[is_in]
        return Occurrences(terms=terms, places=places, times=times.astype(np.float32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """Numbers of terms among those asked for, the places of texts, how often each has it."""

    terms: NDArray[np.intp]
    places: NDArray[np.intp]
    times: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Weights of asked terms in texts, and the terms' rarities; no places are all texts."""

    rarity: NDArray[np.float32] | np.float32
    places: NDArray[np.intp] | None
    weights: NDArray[np.float32]

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Add values, one for each weight, to the sums of their texts."""
        if self.places is None:
            total += values
        else:
            np.add.at(total, self.places, values)


class Bm25:
    """Scores every text of a corpus at once, whatever parts its postings were written in."""

    def __init__(self, texts: Sequence[str] = (), *, k1: float = K1, b: float = B) -> None:
        places = np.arange(len(texts), dtype=np.int32)
        postings = Postings.of(texts, bigrams)
        self._set_up([Placed(postings=postings, places=places)], len(texts), k1, b)

    @classmethod
    def over(cls, parts: Sequence[Placed], size: int) -> Self:
        """Return the scores of a corpus of so many texts, whose every place is taken once.

        They are those of the same texts in any other parts, to the last bit.
        """
        self = cls.__new__(cls)
        self._set_up(parts, size, K1, B)
        return self

    def _set_up(self, parts: Sequence[Placed], size: int, k1: float, b: float) -> None:
        self._parts, self._size, self._k1 = parts, size, np.float32(k1)
        lengths = np.zeros(size, np.float32)
        for part in parts:
            is_in = part.places >= 0
            lengths[part.places[is_in]] = part.postings.lengths[is_in]
        mean = float(lengths.sum(dtype=np.float64)) / max(size, 1) or 1.0
        self._norm = (k1 * (1 - b + b * lengths / mean)).astype(np.float32)
        self._rarities: dict[int, float] = {}
        self._frequent: dict[int, tuple[np.float32, NDArray[np.float32]]] = {}
        self._lock = Lock()

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return float32, shape (n,): how well each text matches the query's bigrams."""
        total = np.zeros(self._size, np.float32)
        for one in self._found(query):
            one.add_to(total, one.weights)
        return total

    def rare_scores(self, query: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both float32, shape (n,), for a query of many words.

        The first is ``scores`` with each term's rarity squared; the second the rarity-weighted
        share, 0 to 1, of the text's different bigrams that the query has.
        """
        total, shared = np.zeros((2, self._size), np.float32)
        for one in self._found(query):
            one.add_to(total, one.rarity * one.weights)
            one.add_to(shared, one.rarity * (one.weights > 0))
        return total, np.asarray(shared / np.maximum(self._content, 1e-6), np.float32)

    def _found(self, query: str) -> Iterator[Weighed]:
        """Yield what the query's bigrams weigh: each frequent one by itself, the rest at once."""
        asked = Counter(bigrams(query))
        codes = np.array([term_code(term) for term in asked], np.uint64)
        counts = np.array(list(asked.values()), np.float32)
        texts = np.zeros(len(codes), np.int64)
        for part in self._parts:
            texts += part.postings.counts_of(codes)
        is_frequent = texts > self._size * FREQUENT
        for code, count in zip(codes[is_frequent], counts[is_frequent], strict=True):
            rarity, weights = self._weights(int(code))
            if count > 1:  # a product is as long as the corpus
                weights = count * weights
            yield Weighed(rarity=rarity, places=None, weights=weights)
        rest = counts[~is_frequent]
        for found, rarities, values in self._weighed(codes[~is_frequent]):
            weights = rest[found.terms] * values
            yield Weighed(rarity=rarities, places=found.places, weights=weights)

    def _weighed(
        self, codes: NDArray[np.uint64]
    ) -> Iterator[tuple[Occurrences, NDArray[np.float32], NDArray[np.float32]]]:
        """Yield where terms occur, with their rarities and weights there, part by part."""
        every = [part.found(codes) for part in self._parts]
        texts = np.zeros(len(codes), np.int64)
        for found in every:
            texts += np.bincount(found.terms, minlength=len(codes))
        rarity = self._rarity_of(texts).astype(np.float32)
        for one in every:
            rarities = rarity[one.terms]
            norm = self._norm[one.places]
            yield one, rarities, rarities * one.times * (self._k1 + 1) / (one.times + norm)

    def _weights(self, code: int) -> tuple[np.float32, NDArray[np.float32]]:
        """Return the rarity of a frequent term, and its weight in every text of the corpus.

        To add all of them up takes a tenth of the time of adding up those that are not nothing.
        """
        with self._lock:
            known = self._frequent.pop(code, None)
        if known is None:
            rarity, weights = np.float32(0), np.zeros(self._size, np.float32)
            for found, rarities, values in self._weighed(np.array([code], np.uint64)):
                weights[found.places] = values
                rarity = rarities[0] if len(rarities) else rarity
            known = rarity, weights
        with self._lock:
            self._frequent[code] = known  # the one that was asked for last comes last
            if len(self._frequent) > max(WEIGHED_BYTES // known[1].nbytes, 1):
                del self._frequent[next(iter(self._frequent))]
        return known

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency; an unknown term is the rarest of all."""
        code = term_code(term)
        if code not in self._rarities:
            if len(self._rarities) >= REMEMBERED:
                self._rarities.clear()
            asked = np.array([code], np.uint64)
            texts = sum(len(part.found(asked).places) for part in self._parts)
            self._rarities[code] = float(np.float32(self._rarity_of(texts)))
        return self._rarities[code]

    def _rarity_of(self, texts: NDArray[np.int64] | int) -> Any:
        return np.log(1 + (self._size - texts + 0.5) / (texts + 0.5))

    @cached_property
    def _content(self) -> NDArray[np.float32]:
        """The sum of the rarities of each text's different terms."""
        terms = np.unique(np.concatenate([part.postings.terms for part in self._parts]))
        texts, sizes = np.zeros(len(terms), np.int64), []
        for part in self._parts:
            starts, is_in = part.postings.starts, part.places[part.postings.found] >= 0
            before = np.concatenate([[0], np.cumsum(is_in)])
            columns = np.searchsorted(terms, part.postings.terms)
            texts[columns] += before[starts[1:]] - before[starts[:-1]]
            sizes.append((columns, np.diff(starts)))
        rarity = self._rarity_of(texts).astype(np.float32)
        # a few hundred numbers of 24 bits: their sum in double precision is exact in any order
        total = np.zeros(self._size)
        for part, (columns, counts) in zip(self._parts, sizes, strict=True):
            places = part.places[part.postings.found]
            weights = np.repeat(rarity[columns], counts)
            is_in = places >= 0
            total += np.bincount(places[is_in], weights[is_in], self._size)
        return total.astype(np.float32)
