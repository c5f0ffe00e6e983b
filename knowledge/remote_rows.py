"""Rows of a corpus that a server searches roughly, to be compared exactly here afterwards."""

import hashlib
import weakref
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import AdaptedSpace
from knowledge.corpus import StoredVectors
from knowledge.embedder import Vectors
from knowledge.item import Audience
from knowledge.milvus import MOST
from knowledge.rough_rows import (
    Near,
    Places,
    RowNumbers,
    best_of,
    exact_cosines,
    moved_rows,
    nearest_used,
)
from knowledge.segment import Segment
from knowledge.vector_server import BATCH, Batch, VectorServer

FORMAT = 1  # of what a collection holds
NAME_BYTES = 16


class RemotePart:
    """All rows of a segment in one space: a collection, which has the same name everywhere."""

    def __init__(self, prefix: str, space: AdaptedSpace, sample: str, segment: Segment) -> None:
        """Take a segment, and the space that a sample of this name has made."""
        levels = [one.audience is Audience.PUBLIC for one in segment.passages]
        self._is_public = np.array(levels, bool)[segment.rows[:, 0]]
        self._space, self._vectors = space, segment.vectors
        self.count, self.dim = self._vectors.shape
        self.is_whole = self.count == 0
        digest = hashlib.blake2b(digest_size=NAME_BYTES)
        digest.update(f"{FORMAT}:{segment.name}:{sample}:{self._vectors.shape}".encode())
        digest.update(np.packbits(self._is_public).tobytes())
        self.collection = f"{prefix}_{digest.hexdigest()}"

    def batches(self, start: int) -> Iterator[Batch]:
        """Yield the rows from one on, made ready for the space, some at a time."""
        for first in range(start, self.count, BATCH):
            part = slice(first, first + BATCH)
            rows, _ = moved_rows(self._vectors[part], self._space.centre, self._space.matrix)
            yield first, rows, self._is_public[part]

    def seen(self, audience: Audience) -> NDArray[np.bool_]:
        """Return which rows an audience may see."""
        return self._is_public if audience is Audience.PUBLIC else np.ones(self.count, np.bool_)


class Placed:
    """A part, and where its rows stand in a corpus."""

    def __init__(self, part: RemotePart, places: Places) -> None:
        self.part, self._places = part, places
        self._counts = {
            audience: (int(seen.sum()), int((seen & (places >= 0)).sum()))
            for audience in Audience
            for seen in [part.seen(audience)]
        }

    def near(self, server: VectorServer, asked: Vectors, audience: Audience, count: int) -> Near:
        """Return about the nearest rows that an audience may see, numbered as in the corpus."""
        total, used = self._counts[audience]
        if not used:
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        return nearest_used(
            lambda wanted: server.near(self.part, asked, audience, wanted),
            self._places,
            count,
            used=used,
            total=total,
            most=min(total, MOST),
        )


class RemoteRows:
    """All rows of a corpus, segment by segment."""

    def __init__(
        self,
        server: VectorServer,
        space: AdaptedSpace,
        parts: Sequence[tuple[RemotePart, Places]],
    ) -> None:
        self._server, self._space = server, space
        self._placed = [Placed(part, places) for part, places in parts]

    @classmethod
    def of(
        cls, server: VectorServer, space: AdaptedSpace, sample: str, index: StoredVectors
    ) -> Self:
        """Return the rows of an index; what another index has is taken over."""

        def part(segment: Segment) -> RemotePart:
            return RemotePart(server.prefix, space, sample, segment)

        parts = [
            (index.shared.get(("remote", sample, one.name), partial(part, one)), places)
            for one, places in index.segments()
        ]
        return cls(server, space, parts)

    @property
    def is_whole(self) -> bool:
        """Whether all rows are searched now."""
        return self._server.is_up and all(one.part.is_whole for one in self._placed)

    def bring(self, snapshot: str, wait_s: float | None = None) -> None:
        """Have the server hold the rows of a snapshot as long as this lives; wait so long."""
        parts = [one.part for one in self._placed]
        claim = self._server.claims.claim(snapshot, [part.collection for part in parts])
        weakref.finalize(self, claim.close)
        self._server.bring(parts, wait_s)

    def near(self, moved: Vectors, audience: Audience, count: int) -> RowNumbers:
        """Return rows that somebody may see, among which the nearest are; none while away."""
        found = self._server.each(
            lambda one: one.near(self._server, moved, audience, count), self._placed
        )
        return best_of(found, count)

    def cosines(
        self, stored: StoredVectors, rows: RowNumbers, moved: Vectors
    ) -> NDArray[np.float32]:
        """Return the exact cosines of rows, whose vectors are stored as the model gives them."""
        vectors = stored.reconstruct_batch(rows)
        _, lengths = moved_rows(vectors, self._space.centre, self._space.matrix)
        return exact_cosines(vectors.__matmul__, lengths, self._space, moved)
