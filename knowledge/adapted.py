"""A space of vectors in which the different ways to ask about one thing lie near together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Vectors

SHRINKAGE = 0.5  # of the adapted space towards the plain one
FEW = 100  # questions from which hardly anything can be learned


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedSpace:
    """A linear map after which the ways to ask about one item lie near together."""

    centre: Vectors
    matrix: Vectors

    def of(self, vectors: Vectors) -> Vectors:
        """Return the vectors in this space, float32, rows of unit length."""
        moved = (vectors - self.centre) @ self.matrix
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.maximum(lengths, 1e-6), np.float32)

    def of_one(self, vector: Vectors) -> Vectors:
        """Return one vector, shape (dim,), in this space."""
        moved = (vector - self.centre) @ self.matrix
        return np.asarray(moved / max(float(moved @ moved) ** 0.5, 1e-6), np.float32)


def adapted_space(vectors: Vectors, owner: NDArray[np.int32]) -> AdaptedSpace:
    """Return the space in which the differences within an item are as small as others.

    This is within-class covariance normalisation: directions in which the questions of one item
    differ among themselves say little about which item is meant.
    """
    if not len(vectors):
        return AdaptedSpace(centre=np.zeros(1, np.float32), matrix=np.ones((1, 1), np.float32))
    totals = np.zeros((int(owner.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(totals, owner, vectors)
    means = totals / np.maximum(np.bincount(owner, minlength=len(totals)), 1)[:, None]
    inner = vectors - means[owner]
    within = inner.T @ inner / len(vectors)
    size = (SHRINKAGE + FEW / len(vectors)) * np.trace(within) / len(within) + 1e-6
    values, axes = np.linalg.eigh(within + size * np.eye(len(within)))
    return AdaptedSpace(
        centre=vectors.mean(axis=0),
        matrix=np.asarray(axes / np.sqrt(values), np.float32),
    )
