"""Finds the rows that may be nearest among many, to be compared exactly afterwards.

Rows are kept as one bit a number (RaBitQ, after a turn that spreads what they say over all
numbers) or as one byte a number, those for workers apart from those for everybody, so that no
search has to pass over rows.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import AdaptedSpace
from knowledge.embedder import Vectors
from knowledge.index_kind import IndexKind
from knowledge.item import Audience

BYTE = 127
TURN = 20  # the seed of the turn, which is the same for every corpus

RowNumbers = NDArray[np.int64]


class RoughIndex(Protocol):
    """What holds the rows of one audience."""

    def add(self, vectors: Vectors) -> None:
        """Take rows in the evened space, shape (n, dim)."""
        ...

    def search(self, query: Vectors, count: int) -> RowNumbers:
        """Return the rows that may be nearest to a query, shape (dim,), by their order here."""
        ...


class BitRows:
    """Rows as signs, in memory: some 60 bytes each."""

    def __init__(self, sample: Vectors) -> None:
        dim = sample.shape[1]
        random = np.random.default_rng(TURN).standard_normal((dim, dim))
        self._turn = np.linalg.qr(random)[0].astype(np.float32)
        self._index = faiss.IndexRaBitQFastScan(dim, faiss.METRIC_INNER_PRODUCT)
        self._index.train(sample @ self._turn)

    def add(self, vectors: Vectors) -> None:
        """Take rows in the evened space, shape (n, dim)."""
        self._index.add(vectors @ self._turn)

    def search(self, query: Vectors, count: int) -> RowNumbers:
        """Return the rows that may be nearest to a query, shape (dim,), by their order here."""
        return _searched(self._index, (query @ self._turn)[None], count)


class ByteRows:
    """Rows as one byte a number, in memory."""

    def __init__(self, sample: Vectors) -> None:
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(sample.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        self._scale = BYTE / max(float(np.abs(sample).max(initial=0.0)), 1e-6)

    def add(self, vectors: Vectors) -> None:
        """Take rows in the evened space, shape (n, dim)."""
        self._index.add(self._as_stored(vectors))

    def search(self, query: Vectors, count: int) -> RowNumbers:
        """Return the rows that may be nearest to a query, shape (dim,), by their order here."""
        return _searched(self._index, self._as_stored(query[None]), count)

    def _as_stored(self, vectors: Vectors) -> Vectors:
        return np.asarray(np.clip(np.rint(vectors * self._scale), -BYTE, BYTE), np.float32)


def _searched(index: Any, query: Vectors, count: int) -> RowNumbers:
    if not index.ntotal:
        return np.zeros(0, np.int64)
    _, found = index.search(query, min(count, index.ntotal))
    return np.asarray(found[0][found[0] >= 0], np.int64)  # row -1 is padding


ROUGH: Mapping[IndexKind, type[BitRows] | type[ByteRows]] = {
    IndexKind.BYTES: ByteRows,
    IndexKind.BITS: BitRows,
}


class RoughRows:
    """All rows of a corpus, and the length of each in the evened space before it is made one."""

    def __init__(
        self,
        kind: IndexKind,
        space: AdaptedSpace,
        chunks: Iterable[Vectors],
        sample: Vectors,
        is_public: NDArray[np.bool_],
    ) -> None:
        """Take the rows as the model gives them, and a sample of them in the evened space."""
        self._space = space
        held = {audience: ROUGH[kind](sample) for audience in Audience}
        self._parts: dict[Audience, tuple[RoughIndex, RowNumbers]] = {
            Audience.PUBLIC: (held[Audience.PUBLIC], np.flatnonzero(is_public)),
            Audience.WORKER: (held[Audience.WORKER], np.flatnonzero(~is_public)),
        }
        self._lengths = np.empty(len(is_public), np.float32)
        start = 0
        for vectors in chunks:
            moved = np.asarray((vectors - space.centre) @ space.matrix, np.float32)
            lengths = np.maximum(np.linalg.norm(moved, axis=1), np.float32(1e-6))
            moved /= lengths[:, None]
            end = start + len(vectors)
            self._lengths[start:end] = lengths
            seen = is_public[start:end]
            for audience, rows in (
                (Audience.PUBLIC, moved[seen]),
                (Audience.WORKER, moved[~seen]),
            ):
                if len(rows):  # FAISS ends the process where there are none
                    held[audience].add(rows)
            start = end

    def near(self, moved: Vectors, audience: Audience, count: int) -> RowNumbers:
        """Return rows that somebody may see, among which the nearest are."""
        seen = [Audience.PUBLIC] if audience is Audience.PUBLIC else list(Audience)
        found = []
        for one in seen:
            index, rows = self._parts[one]
            found.append(rows[index.search(moved, count)])
        return np.concatenate(found)

    def cosines(self, vectors: Vectors, rows: RowNumbers, moved: Vectors) -> NDArray[np.float32]:
        """Return the exact cosines of rows, with their vectors as the model gives them.

        Moving the query back takes a hundredth of the time of moving the rows.
        """
        back = self._space.matrix @ moved
        return np.asarray(
            (vectors @ back - self._space.centre @ back) / self._lengths[rows], np.float32
        )
