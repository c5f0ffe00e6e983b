"""Chance, from a seed: the same seed throws the same."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws one of several, evenly or by weight."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 — nothing secret

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.random.random() < probability

    def one(self, among: Sequence[T]) -> T:
        """Return one of them, each as likely as the next."""
        return self.random.choice(among)

    def weighed(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, as often as its weight says."""
        return self.random.choices(list(weights), list(weights.values()))[0]
