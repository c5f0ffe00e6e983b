"""Groups short texts by meaning: agglomerative, average linkage, up to a cosine distance."""

from collections.abc import Sequence

import numpy as np

from knowledge.embedder import Vectors

LIMIT = 0.07  # cosine distance with the default embedder; ``python -m bench.gaps`` measures it
MOST = 3000  # texts at once: their distances take 36 MB


def clusters(vectors: Vectors, limit: float = LIMIT) -> list[list[int]]:
    """Return the rows of each group, the largest group first, rows in their order.

    Args:
        vectors: float32, shape (n, dim), rows of unit length.
        limit: Two groups are joined while the mean cosine distance between them is no more.

    Raises:
        ValueError: there are more than ``MOST`` texts.
    """
    if len(vectors) > MOST:
        raise ValueError(f"{len(vectors)} texts are more than {MOST}")
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    distances = np.clip(pdist(vectors, "cosine"), 0.0, 2.0)
    labels = fcluster(linkage(distances, "average"), t=limit, criterion="distance")
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        groups.setdefault(int(label), []).append(row)
    return sorted(groups.values(), key=lambda rows: (-len(rows), rows[0]))


def most_typical(vectors: Vectors, rows: Sequence[int]) -> int:
    """Return the row nearest to all others of its group, which stands for it."""
    group = vectors[list(rows)]
    nearness = group @ group.sum(axis=0)
    return int(rows[int(np.argmax(nearness))])
