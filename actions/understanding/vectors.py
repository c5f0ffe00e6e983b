"""Nearness of short texts: by pairs of characters, or by an embedder that is passed in."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
MEANT = 48  # characters; more costs half as much again and says no more about the subject
Embed = Callable[[list[str]], Vectors]  # rows of unit length, shape (n, dim)


def bigrams(text: str) -> Counter[str]:
    """Return how often each pair of neighbouring characters stands in the text."""
    letters = [character for character in text if character.isalnum()]
    return Counter(one + other for one, other in pairwise(letters))


class BigramSpace:
    """Compares texts by their pairs of characters, rare pairs counting for more."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [bigrams(text) for text in texts]
        spread = Counter(pair for counts in counted for pair in counts)
        self._rarity = {pair: math.log(1 + len(texts) / n) for pair, n in spread.items()}
        self._default = math.log(1 + len(texts))
        self._size = len(texts)
        where: dict[str, list[tuple[int, float]]] = {}
        for row, counts in enumerate(counted):
            for pair, weight in self._weighted(counts).items():
                where.setdefault(pair, []).append((row, weight))
        self._where = {
            pair: (np.array([row for row, _ in found]), np.array([one for _, one in found]))
            for pair, found in where.items()
        }

    def nearness(self, text: str) -> NDArray[np.float64]:
        """Return the cosine between ``text`` and each of the texts, from 0 to 1."""
        near = np.zeros(self._size)
        for pair, weight in self._weighted(bigrams(text)).items():
            if pair in self._where:
                rows, weights = self._where[pair]
                near[rows] += weight * weights
        return near

    def _weighted(self, counts: Mapping[str, int]) -> dict[str, float]:
        row = {
            pair: (1 + math.log(n)) * self._rarity.get(pair, self._default)
            for pair, n in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in row.values())) or 1.0
        return {pair: weight / length for pair, weight in row.items()}
