"""Finds the rows that may be nearest among many, to be compared exactly afterwards.

Rows are kept as one bit a number (RaBitQ, after a turn that spreads what they say over all
numbers) or as one byte a number, those for workers apart from those for everybody, so that no
search has to pass over rows. Each segment of a corpus has its own, which the next index of the
same segment takes over.
"""

from collections.abc import Mapping, Sequence
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
CHUNK = 8192
SPARE = 50  # rows that are looked for beyond those wanted where some are of no use any more

RowNumbers = NDArray[np.int64]
Places = NDArray[np.int32]  # for each row of a segment its number in the corpus, or -1
Near = tuple[NDArray[np.float32], RowNumbers]  # rough cosines, and the rows they are of


class RoughIndex(Protocol):
    """What holds the rows of one audience in one segment; a FAISS index does."""

    ntotal: int

    def add(self, vectors: Vectors) -> None:
        """Take rows, shape (n, dim)."""
        ...

    def search(self, query: Vectors, count: int) -> tuple[Any, Any]:
        """Return rough cosines and numbers of the rows that may be nearest, shape (1, count)."""
        ...


class Bits:
    """Rows as signs, in memory: some 60 bytes each."""

    def __init__(self, space: AdaptedSpace, sample: Vectors) -> None:
        dim = sample.shape[1]
        random = np.random.default_rng(TURN).standard_normal((dim, dim))
        self._turn = np.linalg.qr(random)[0].astype(np.float32)
        self.matrix = space.matrix @ self._turn  # rows are moved and turned at once
        self._centre = np.asarray((sample @ self._turn).mean(axis=0, keepdims=True), np.float32)

    def index(self) -> RoughIndex:
        """Return an index without rows."""
        index = faiss.IndexRaBitQFastScan(len(self._turn), faiss.METRIC_INNER_PRODUCT)
        index.train(self._centre)  # the mean of what it is trained with is all that it learns
        return index

    def asked(self, moved: Vectors) -> Vectors:
        """Return a query in the evened space, shape (dim,), as rows are stored."""
        return np.asarray(moved @ self._turn, np.float32)

    @staticmethod
    def stored(rows: Vectors) -> Vectors:
        """Return moved rows of length one, shape (n, dim), as they are given to the index."""
        return rows


class Bytes:
    """Rows as one byte a number, in memory."""

    def __init__(self, space: AdaptedSpace, sample: Vectors) -> None:
        self.matrix = space.matrix
        self._scale = BYTE / max(float(np.abs(sample).max(initial=0.0)), 1e-6)

    def index(self) -> RoughIndex:
        """Return an index without rows."""
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        return faiss.IndexScalarQuantizer(len(self.matrix), kind, faiss.METRIC_INNER_PRODUCT)

    def asked(self, moved: Vectors) -> Vectors:
        """Return a query in the evened space, shape (dim,), as rows are stored."""
        return self.stored(moved)

    def stored(self, rows: Vectors) -> Vectors:
        """Return moved rows of length one, shape (n, dim), as they are given to the index."""
        return np.asarray(np.clip(np.rint(rows * self._scale), -BYTE, BYTE), np.float32)


Rough = Bits | Bytes
ROUGH: Mapping[IndexKind, type[Bits] | type[Bytes]] = {
    IndexKind.BYTES: Bytes,
    IndexKind.BITS: Bits,
}


class RoughPart:
    """All rows of a segment in one space, and the length of each before it is made one.

    They are the same to the last bit whatever rows stand beside them.
    """

    def __init__(
        self,
        rough: Rough,
        space: AdaptedSpace,
        vectors: Vectors,
        is_public: NDArray[np.bool_],
    ) -> None:
        """Take the rows as the model gives them, and which of them everybody may see."""
        self.lengths = np.empty(len(vectors), np.float32)
        self._held: dict[Audience, tuple[RoughIndex, RowNumbers]] = {}
        seen = {Audience.PUBLIC: is_public, Audience.WORKER: ~is_public}
        for audience, chosen in seen.items():
            if chosen.any():
                self._held[audience] = rough.index(), np.flatnonzero(chosen)
        for start in range(0, len(vectors), CHUNK):
            part = slice(start, min(start + CHUNK, len(vectors)))
            moved = _products(vectors[part] - space.centre, rough.matrix)
            lengths = np.maximum(np.linalg.norm(moved, axis=1), np.float32(1e-6))
            moved /= lengths[:, None]
            self.lengths[part] = lengths
            for audience, (index, _) in self._held.items():
                rows = moved[seen[audience][part]]
                if len(rows):  # FAISS ends the process where there are none
                    index.add(rough.stored(rows))

    def near(self, asked: Vectors, audience: Audience, count: int, places: Places) -> Near:
        """Return the rows for one audience that may be nearest, numbered as in the corpus."""
        if audience not in self._held:
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        index, numbers = self._held[audience]
        placed = places[numbers]
        used = int((placed >= 0).sum())
        wanted = count if used == len(placed) else count * len(placed) // max(used, 1) + SPARE
        while True:
            cosines, found = index.search(asked[None], min(wanted, index.ntotal))
            is_row = found[0] >= 0  # row -1 is padding
            rows = placed[found[0][is_row]]
            is_used = rows >= 0
            if wanted >= index.ntotal or int(is_used.sum()) >= min(count, used):
                return cosines[0][is_row][is_used], rows[is_used].astype(np.int64)
            wanted *= 2


class RoughRows:
    """All rows of a corpus, segment by segment."""

    def __init__(
        self,
        rough: Rough,
        space: AdaptedSpace,
        parts: Sequence[tuple[RoughPart, Places]],
        total: int,
    ) -> None:
        self._rough, self._space, self._parts = rough, space, parts
        self._lengths = np.empty(total, np.float32)
        for part, places in parts:
            is_used = places >= 0
            self._lengths[places[is_used]] = part.lengths[is_used]

    def near(self, moved: Vectors, audience: Audience, count: int) -> RowNumbers:
        """Return rows that somebody may see, among which the nearest are."""
        asked = self._rough.asked(moved)
        seen = [Audience.PUBLIC] if audience is Audience.PUBLIC else list(Audience)
        return np.concatenate([self._nearest(asked, one, count) for one in seen])

    def _nearest(self, asked: Vectors, audience: Audience, count: int) -> RowNumbers:
        found = [part.near(asked, audience, count, places) for part, places in self._parts]
        cosines = np.concatenate([one for one, _ in found])
        rows = np.concatenate([one for _, one in found])
        if len(rows) <= count:
            return rows
        return rows[np.argpartition(-cosines, count)[:count]]

    def cosines(self, vectors: Vectors, rows: RowNumbers, moved: Vectors) -> NDArray[np.float32]:
        """Return the exact cosines of rows, with their vectors as the model gives them.

        Moving the query back takes a hundredth of the time of moving the rows.
        """
        back = self._space.matrix @ moved
        return np.asarray(
            (vectors @ back - self._space.centre @ back) / self._lengths[rows], np.float32
        )


def _products(vectors: Vectors, matrix: Vectors) -> Vectors:
    """Return the product; a single row is rounded as it would be among others."""
    if len(vectors) == 1:
        return _products(np.repeat(vectors, 2, axis=0), matrix)[:1]
    return np.asarray(vectors @ matrix, np.float32)
