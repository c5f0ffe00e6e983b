"""BM25 over character bigrams, which suit Chinese better than words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.postings import Postings, term_code

K1 = 1.2
B = 0.9
REMEMBERED = 100_000  # terms whose rarity is kept at hand
FREQUENT = 1 / 4  # share of the texts from which a term is kept with a weight for each text
WEIGHED_BYTES = 48 * 1024 * 1024  # of terms' weights that are kept at hand
WEIGHED_ITSELF = 500  # bytes of what is kept, beside its numbers
_PIECES = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def normalised(text: str) -> str:
    """Return text in one width, case and script: ＡＢ and ab, 報名 and 报名 are the same."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Return the simplified character of each traditional one, the usual one of several."""
    lines = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line)
    return {ord(traditional): simplified.split(" ")[0] for traditional, simplified in pairs}


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


class Placed:
    """Postings of which each text has a place in a corpus, or -1 where it is out of it."""

    def __init__(self, *, postings: Postings, places: NDArray[np.int32]) -> None:
        self.postings, self.places = postings, places
        self._is_whole = bool((places == np.arange(len(places))).all())  # as numbered

    def found(self, codes: NDArray[np.uint64]) -> "list[Occurrences]":
        """Return where each term occurs."""
        found = self.postings.places_of(codes)
        return [self._placed(*self.postings.texts_of(places)) for places in found]

    def _placed(self, texts: NDArray[np.int32], times: NDArray[np.uint16]) -> "Occurrences":
        if self._is_whole:
            return Occurrences(places=texts, times=times)
        places = self.places[texts]
        is_in = places >= 0
        if not is_in.all():
            places, times = places[is_in], times[is_in]
        return Occurrences(places=places, times=times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """The places of the texts that have a term, and how often each has it."""

    places: NDArray[np.int32]
    times: NDArray[np.uint16]


NOWHERE = Occurrences(places=np.zeros(0, np.int32), times=np.zeros(0, np.uint16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A term's rarity and its weights in texts; no places are all texts."""

    rarity: np.float32
    places: NDArray[np.intp] | None
    weights: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        places = 0 if self.places is None else self.places.nbytes
        return WEIGHED_ITSELF + places + self.weights.nbytes

    def add_to(self, total: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Add values, one for each weight, to the sums of their texts."""
        if self.places is None:
            total += values
        else:
            np.add.at(total, self.places, values)


class WeighedTerms:
    """Keeps what was weighed last, so that words people often ask with are weighed once."""

    def __init__(self) -> None:
        self._kept: dict[int, Weighed] = {}
        self._bytes = 0
        self._lock = Lock()

    def get(self, codes: Sequence[int]) -> dict[int, Weighed]:
        """Return those of some terms that are kept."""
        found: dict[int, Weighed] = {}
        with self._lock:
            for code in codes:
                one = self._kept.pop(code, None)
                if one is not None:
                    self._kept[code] = found[code] = one  # what was asked for last comes last
        return found

    def keep(self, weighed: Mapping[int, Weighed]) -> None:
        """Keep some more terms, and let go of those that nobody has asked for the longest."""
        with self._lock:
            for code, one in weighed.items():
                if code not in self._kept:  # another thread may have weighed it too
                    self._kept[code] = one
                    self._bytes += one.nbytes
            while self._bytes > WEIGHED_BYTES:
                self._bytes -= self._kept.pop(next(iter(self._kept))).nbytes


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
        self._kept = WeighedTerms()

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return float32, shape (n,): how well each text matches the query's bigrams."""
        return self.term_scores(bigrams(query))

    def term_scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the same for bigrams."""
        total = np.zeros(self._size, np.float32)
        for one, weights in self._found(terms):
            one.add_to(total, weights)
        return total

    def rare_scores(self, query: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both float32, shape (n,), for a query of many words.

        The first is ``scores`` with each term's rarity squared; the second the rarity-weighted
        share, 0 to 1, of the text's different bigrams that the query has.
        """
        total, shared = np.zeros((2, self._size), np.float32)
        for one, weights in self._found(bigrams(query)):
            one.add_to(total, one.rarity * weights)
            one.add_to(shared, one.rarity * (weights > 0))
        return total, np.asarray(shared / np.maximum(self._content, 1e-6), np.float32)

    def _found(self, terms: Sequence[str]) -> Iterator[tuple[Weighed, NDArray[np.float32]]]:
        """Yield the different terms, and their weights as often as each of them is asked."""
        asked = Counter(terms)
        codes = [term_code(term) for term in asked]
        known = self._kept.get(codes)
        new = [code for code in codes if code not in known]
        if new:
            known |= self._weighed(new)
        for code, count in zip(codes, asked.values(), strict=True):
            one = known[code]
            yield one, one.weights if count == 1 else np.float32(count) * one.weights

    def _weighed(self, new: Sequence[int]) -> dict[int, Weighed]:
        """Return what terms weigh, and keep it."""
        every = [part.found(np.array(new, np.uint64)) for part in self._parts]
        weighed = {code: self._weigh([one[at] for one in every]) for at, code in enumerate(new)}
        self._kept.keep(weighed)
        return weighed

    def _weigh(self, found: Sequence[Occurrences]) -> Weighed:
        """Return one term's weights; those of a frequent one with a place for every text.

        To add all of them up takes a tenth of the time of adding up those that are not nothing.
        """
        first, *others = found or [NOWHERE]
        places, times = first.places, first.times
        if others:
            places = np.concatenate([one.places for one in found])
            times = np.concatenate([one.times for one in found])
        at = places.astype(np.intp)  # with which NumPy reads and adds three times as fast
        rarity = np.float32(self._rarity_of(len(at)))
        weights = rarity * (self._k1 + 1) * times / (times + self._norm[at])
        if len(at) <= self._size * FREQUENT:
            return Weighed(rarity=rarity, places=at, weights=weights)
        every = np.zeros(self._size, np.float32)
        every[at] = weights
        return Weighed(rarity=rarity, places=None, weights=every)

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency; an unknown term is the rarest of all."""
        code = term_code(term)
        if code not in self._rarities:
            if len(self._rarities) >= REMEMBERED:
                self._rarities.clear()
            asked = np.array([code], np.uint64)
            texts = sum(len(part.found(asked)[0].places) for part in self._parts)
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
