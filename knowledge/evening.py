"""What is learned from the vectors of a corpus, so that cosines of all its texts compare."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.adapted import AdaptedSpace
from knowledge.embedder import Vectors

EVENNESS = 0.25  # 0 leaves the cosines as they are, 1 makes all directions equal
FLOOR = 0.1  # of the mean variance, so that directions of noise stay small


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True, eq=False)
class Evening:
    """An evened space, and how cosines are spread in the plain space and in that one."""

    space: AdaptedSpace
    mean: Vectors
    covariance: Vectors
    soft_mean: Vectors
    soft_covariance: Vectors

    @classmethod
    def of(cls, dim: int, chunks: Callable[[], Iterator[Vectors]]) -> Self:
        """Learn from vectors, which are asked for twice."""
        mean, covariance = _moments(dim, chunks())
        space = evened_space(mean, covariance)
        soft_mean, soft_covariance = _moments(dim, map(space.of, chunks()))
        return cls(
            space=space,
            mean=mean,
            covariance=covariance,
            soft_mean=soft_mean,
            soft_covariance=soft_covariance,
        )

    def background(self, query: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of a query's cosine over every row."""
        return _background(query, self.mean, self.covariance)

    def soft_background(self, moved: Vectors) -> tuple[float, float]:
        """Return the same for a query in the evened space."""
        return _background(moved, self.soft_mean, self.soft_covariance)


def evened_space(mean: Vectors, covariance: Vectors) -> AdaptedSpace:
    """Return the space in which the directions that most texts share count less."""
    values, axes = np.linalg.eigh(covariance)
    scale = (np.maximum(values, 0) + FLOOR * max(float(values.mean()), 1e-9)) ** (-EVENNESS / 2)
    # turned back, so that the axes of one corpus are those of another and of the bridge
    return AdaptedSpace(centre=mean, matrix=np.asarray(axes * scale @ axes.T, np.float32))


def _moments(dim: int, chunks: Iterable[Vectors]) -> tuple[Vectors, Vectors]:
    """Return mean and covariance of all rows."""
    count, total, products = 0, np.zeros(dim), np.zeros((dim, dim))
    for vectors in chunks:
        count += len(vectors)
        total += vectors.sum(axis=0, dtype=np.float64)
        products += vectors.T @ vectors
    mean = total / max(count, 1)
    covariance = products / max(count, 1) - np.outer(mean, mean)
    return mean.astype(np.float32), covariance.astype(np.float32)


def _background(query: Vectors, mean: Vectors, covariance: Vectors) -> tuple[float, float]:
    return float(query @ mean), max(float(query @ covariance @ query) ** 0.5, 1e-6)
