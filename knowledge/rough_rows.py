"""Finds the rows that may be nearest among many, to be compared exactly afterwards.

Rows are kept as one bit or two bits a number (after a turn that spreads what they say over all
numbers, so that each is distributed normally) or as one byte a number, those for workers apart
from those for everybody, so that no search has to pass over rows. Each segment of a corpus has
its own, which the next index of the same segment takes over; ``knowledge.remote_rows`` keeps
them on a server instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ClassVar, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import AdaptedSpace
from knowledge.embedder import Vectors
from knowledge.index_kind import IndexKind
from knowledge.item import Audience

BYTE = 127
TURN = 20  # the seed of the turn, which is the same for every corpus
CODE_BITS = 4
DRAWN = 50_000  # normal numbers that the centres are the means of
ROUNDS = 50  # of the search for these means, which stop moving long before
CHUNK = 8192
SPARE = 50  # rows that are looked for beyond those wanted

RowNumbers = NDArray[np.int64]
Places = NDArray[np.int32]  # for each row of a segment its number in the corpus, or -1
Scores = NDArray[np.float32]
Near = tuple[Scores, RowNumbers]  # rough cosines, and the rows they are of


class RoughIndex(Protocol):
    """What holds the rows of one audience in one segment; a FAISS index does."""

    ntotal: int

    def add(self, vectors: Vectors) -> None:
        """Take rows, shape (n, dim)."""
        ...

    def search(self, query: Vectors, count: int) -> tuple[Any, Any]:
        """Return rough cosines and numbers of the rows that may be nearest, shape (1, count)."""
        ...


class Stored(Protocol):
    """Where the vectors of all rows lie."""

    def inner_products(self, rows: RowNumbers, vector: Vectors) -> Scores:
        """Return the products of some rows with a vector."""
        ...


class Turned:
    """Rows turned so that what they say is spread over all numbers."""

    def __init__(self, space: AdaptedSpace, dim: int) -> None:
        random = np.random.default_rng(TURN).standard_normal((dim, dim))
        self._turn = np.linalg.qr(random)[0].astype(np.float32)
        self.matrix = space.matrix @ self._turn  # rows are moved and turned at once

    def asked(self, moved: Vectors) -> Vectors:
        """Return a query in the evened space, shape (dim,), as rows are stored."""
        return np.asarray(moved @ self._turn, np.float32)

    @staticmethod
    def stored(rows: Vectors) -> Vectors:
        """Return moved rows of length one, shape (n, dim), as they are given to the index."""
        return rows


class Codes(Turned):
    """Rows as codes of four bits, each of which stands for some numbers that follow one another.

    They are those of FAISS's product quantiser, which looks codes up in registers; that is faster
    than reading signs one by one (RaBitQ), and finds as much. Its centres are not learned from
    rows, for after the turn numbers are distributed normally whatever they say.
    """

    together: ClassVar[int]  # numbers of a code

    def __init__(self, space: AdaptedSpace, sample: Vectors) -> None:
        super().__init__(space, sample.shape[1])
        turned, width = sample @ self._turn, self.together
        mean, spread = turned.mean(axis=0), turned.std(axis=0)
        centres = spread.reshape(-1, 1, width) * normal_centres(width)
        self._centres = np.asarray(mean.reshape(-1, 1, width) + centres, np.float32)

    def index(self) -> RoughIndex:
        """Return an index without rows."""
        dim = len(self._turn)
        codes = dim // self.together
        index = faiss.IndexPQFastScan(dim, codes, CODE_BITS, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(self._centres.ravel(), index.pq.centroids)
        index.is_trained = True
        return index


class Bits(Codes):
    """Rows at one bit a number, in memory: some 50 bytes each."""

    together = 4


class TwoBits(Codes):
    """Rows at two bits a number, in memory: some 100 bytes each."""

    together = 2


@cache
def normal_centres(width: int) -> Vectors:
    """Return shape (16, width): what stands for normal numbers with the least error."""
    drawn = np.random.default_rng(TURN).standard_normal((DRAWN, width), np.float32)
    means = faiss.Kmeans(
        width, 2**CODE_BITS, niter=ROUNDS, seed=TURN, max_points_per_centroid=DRAWN
    )
    means.train(drawn)
    return np.asarray(means.centroids, np.float32)


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


Rough = Bits | TwoBits | Bytes
ROUGH: Mapping[IndexKind, type[Bits] | type[TwoBits] | type[Bytes]] = {
    IndexKind.BYTES: Bytes,
    IndexKind.TWO_BITS: TwoBits,
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
            moved, self.lengths[part] = moved_rows(vectors[part], space.centre, rough.matrix)
            for audience, (index, _) in self._held.items():
                rows = moved[seen[audience][part]]
                if len(rows):  # FAISS ends the process where there are none
                    index.add(rough.stored(rows))

    def held(self, audience: Audience, places: Places) -> "HeldRows | None":
        """Return the rows for one audience, numbered as in a corpus; none where it has none."""
        if audience not in self._held:
            return None
        index, numbers = self._held[audience]
        placed = places[numbers].astype(np.int64)
        used = int((placed >= 0).sum())
        return HeldRows(index=index, places=placed, used=used) if used else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """Rows of a segment that one audience alone may see, with their numbers in a corpus."""

    index: RoughIndex
    places: RowNumbers  # -1 for a row that is out of the corpus
    used: int  # how many are in it

    def near(self, asked: Vectors, count: int) -> Near:
        """Return the rows that may be nearest, numbered as in the corpus."""

        def search(wanted: int) -> Near:
            cosines, found = self.index.search(asked[None], wanted)
            if wanted <= self.index.ntotal:
                return cosines[0], found[0]
            is_row = found[0] >= 0  # row -1 is padding
            return cosines[0][is_row], found[0][is_row]

        total = self.index.ntotal
        return nearest_used(search, self.places, count, used=self.used, total=total, most=total)


class RoughRows:
    """All rows of a corpus, segment by segment."""

    def __init__(
        self,
        rough: Rough,
        space: AdaptedSpace,
        parts: Sequence[tuple[RoughPart, Places]],
        total: int,
    ) -> None:
        self._rough, self._space = rough, space
        self._parts = [part for part, _ in parts]  # the next index takes over what is in use
        held = {one: [part.held(one, places) for part, places in parts] for one in Audience}
        self._held = {one: [rows for rows in every if rows] for one, every in held.items()}
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
        # rough cosines are often the same: of those at the edge each part may give others
        return best_of([one.near(asked, count + SPARE) for one in self._held[audience]], count)

    def cosines(self, stored: Stored, rows: RowNumbers, moved: Vectors) -> Scores:
        """Return the exact cosines of rows, whose vectors are stored as the model gives them."""
        products = partial(stored.inner_products, rows)
        return exact_cosines(products, self._lengths[rows], self._space, moved)


def nearest_used(
    search: Callable[[int], Near],
    places: Places | RowNumbers,
    count: int,
    *,
    used: int,
    total: int,
    most: int,
) -> Near:
    """Return the nearest rows that are of use, numbered as in the corpus.

    ``search`` finds rows of a segment. Of the ``total`` that it may find ``used`` are in the
    corpus, so more are asked for where others may come first, at most ``most``.
    """
    wanted = count if used == total else count * total // max(used, 1) + SPARE
    while True:
        cosines, found = search(min(wanted, most))
        rows = places[found].astype(np.int64, copy=False)
        if used == total:
            return cosines, rows
        is_used = rows >= 0
        enough = wanted >= most or int(is_used.sum()) >= min(count, used) or not len(found)
        if enough:
            return cosines[is_used], rows[is_used]
        wanted *= 2


def best_of(found: Sequence[Near], count: int) -> RowNumbers:
    """Return the nearest rows of several searches, and all that are as near as the last."""
    if len(found) == 1:
        [(cosines, rows)] = found
    else:
        cosines = np.concatenate([np.zeros(0, np.float32), *(one for one, _ in found)])
        rows = np.concatenate([np.zeros(0, np.int64), *(one for _, one in found)])
    if len(rows) <= count:
        return rows
    is_near = cosines >= np.partition(cosines, -count)[-count]
    return np.asarray(rows[is_near], np.int64)


def moved_rows(vectors: Vectors, centre: Vectors, matrix: Vectors) -> tuple[Vectors, Scores]:
    """Return rows in an evened space, made of length one, and the lengths they had there."""
    moved = _products(vectors - centre, matrix)
    lengths = np.maximum(np.linalg.norm(moved, axis=1), np.float32(1e-6))
    moved /= lengths[:, None]
    return moved, lengths


def exact_cosines(
    products: Callable[[Vectors], Scores], lengths: Scores, space: AdaptedSpace, moved: Vectors
) -> Scores:
    """Return the cosines of rows with a query that is in the space already.

    ``products`` are those of the rows with a vector, ``lengths`` what they have in the space.
    Moving the query back takes a hundredth of the time of moving the rows.
    """
    back = space.matrix @ moved
    return np.asarray((products(back) - space.centre @ back) / lengths, np.float32)


def _products(vectors: Vectors, matrix: Vectors) -> Vectors:
    """Return the product; a single row is rounded as it would be among others."""
    if len(vectors) == 1:
        return _products(np.repeat(vectors, 2, axis=0), matrix)[:1]
    return np.asarray(vectors @ matrix, np.float32)
