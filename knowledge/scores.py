"""What a score is among all others of a corpus, and where the greatest stand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 64

Scores = NDArray[np.float32]


def normal(scores: Scores) -> Scores:
    """Return scores in standard deviations above their mean."""
    mean, deviation = spread_of(scores)
    return np.asarray((scores - mean) / deviation, np.float32)


def spread_of(scores: Scores) -> tuple[float, float]:
    """Return mean and standard deviation."""
    mean = float(np.add.reduce(scores)) / max(len(scores), 1)
    deviation = max(float(scores @ scores) / max(len(scores), 1) - mean**2, 0.0) ** 0.5
    return mean, max(deviation, 1e-6)


def greatest_of_each(owner: NDArray[Any], scores: Scores) -> tuple[NDArray[Any], Scores]:
    """Return the different owners, rising, and the greatest score of each."""
    if not len(owner):
        return owner, scores
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    is_first = np.ones(len(owner), bool)
    np.not_equal(owner[1:], owner[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    return owner[starts], np.maximum.reduceat(scores[order], starts)


def greatest(scores: Scores, count: int) -> NDArray[np.intp]:
    """Return where the greatest scores are, in no order; none that is minus infinity."""
    width = len(scores) // BLOCK
    # a block is every so manieth score: whole rows are compared at once, in a third of the time
    blocks = scores[: width * BLOCK].reshape(BLOCK, width).max(axis=0)
    # as many blocks have a score of this size as are wanted, so no lower one is among them
    least = np.partition(blocks, -count)[-count] if width > count else -np.inf
    if least > -np.inf:
        starts = np.flatnonzero(blocks >= least)
        within = (np.arange(BLOCK)[:, None] * width + starts).ravel()
        places = np.concatenate([within, np.arange(width * BLOCK, len(scores))])
        found = np.asarray(places[scores[places] >= least], np.intp)
    else:
        found = np.flatnonzero(scores > -np.inf)
    if len(found) <= count:
        return found
    return found[np.argpartition(scores[found], -count)[-count:]]
