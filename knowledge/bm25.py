"""BM25 over character bigrams, which suit Chinese better than words."""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

K1 = 1.2
B = 0.9
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


class Bm25:
    """Scores every text of a corpus at once: the matrix holds finished term weights."""

    def __init__(self, texts: Sequence[str], *, k1: float = K1, b: float = B) -> None:
        self.terms: dict[str, int] = {}
        starts, found, times = array("q", [0]), array("i"), array("f")
        for text in texts:  # arrays, because counters of many texts fill the memory
            for term, count in Counter(bigrams(text)).items():
                found.append(self.terms.setdefault(term, len(self.terms)))
                times.append(count)
            starts.append(len(found))
        columns, values = np.frombuffer(found, np.int32), np.frombuffer(times, np.float32)
        self._size = len(starts) - 1
        ends = np.frombuffer(starts, np.int64)
        rows = np.repeat(np.arange(self._size, dtype=np.int32), ends[1:] - ends[:-1])
        lengths = np.bincount(rows, values, self._size).astype(np.float32)
        mean = float(lengths.mean()) if self._size and lengths.any() else 1.0
        frequency = np.bincount(columns, minlength=len(self.terms)).astype(np.float32)
        self.idf = np.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))
        rarity = self.idf[columns]
        norm = (k1 * (1 - b + b * lengths / mean))[rows]
        weights = rarity * values * (k1 + 1) / (values + norm)
        shape = (self._size, len(self.terms))
        self._weights = csc_matrix((weights, (rows, columns)), shape=shape)
        self._content = np.bincount(rows, rarity, self._size).astype(np.float32)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return float32, shape (n,): how well each text matches the query's bigrams."""
        total = np.zeros(self._size, np.float32)
        for _, count, rows, values in self._found(query):
            total[rows] += count * values
        return total

    def rare_scores(self, query: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both float32, shape (n,), for a query of many words.

        The first is ``scores`` with each term's rarity squared; the second the rarity-weighted
        share, 0 to 1, of the text's different bigrams that the query has.
        """
        total, shared = np.zeros((2, self._size), np.float32)
        for rarity, count, rows, values in self._found(query):
            total[rows] += count * rarity * values
            shared[rows] += rarity
        return total, np.asarray(shared / np.maximum(self._content, 1e-6), np.float32)

    def _found(
        self, query: str
    ) -> Iterator[tuple[float, int, NDArray[np.int32], NDArray[np.float32]]]:
        """Yield for each known bigram its rarity, how often it is asked, its texts and weights."""
        starts, rows, values = self._weights.indptr, self._weights.indices, self._weights.data
        for term, count in Counter(bigrams(query)).items():
            column = self.terms.get(term)
            if column is not None:
                at = slice(starts[column], starts[column + 1])
                yield float(self.idf[column]), count, rows[at], values[at]

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency; an unknown term is the rarest of all."""
        row = self.terms.get(term)
        return float(np.log(1 + (self._size + 0.5) / 0.5)) if row is None else float(self.idf[row])
