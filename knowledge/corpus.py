"""The passages of an index in the order of their documents, whatever segments hold them.

Everything that is computed from a corpus is the same to the last bit for any segments, because
passages, rows and vectors are numbered alike.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import Bm25, Placed
from knowledge.embedder import Vectors
from knowledge.segment import Segment, Share
from knowledge.snapshot import Snapshot


class StoredVectors:
    """The vectors of all rows, read from the segments where they lie; used as a FAISS index is."""

    def __init__(self, pieces: Sequence[tuple[Segment, slice]], dim: int) -> None:
        """Take stretches of rows of segments, in the order of the corpus."""
        self._pieces, self.d = pieces, dim
        sizes = [rows.stop - rows.start for _, rows in pieces]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.ntotal = int(self._starts[-1])

    def reconstruct_n(self, start: int, count: int) -> Vectors:
        """Return float32, shape (count, dim): some rows that follow one another."""
        found = np.empty((count, self.d), np.float32)
        at = int(np.searchsorted(self._starts, start, side="right")) - 1
        done = 0
        while done < count:
            segment, rows = self._pieces[at]
            begin = rows.start + start + done - int(self._starts[at])
            end = min(rows.stop, begin + count - done)
            found[done : done + end - begin] = segment.vectors[begin:end]
            done, at = done + end - begin, at + 1
        return found

    def reconstruct_batch(self, rows: NDArray[np.int64]) -> Vectors:
        """Return float32, shape (n, dim): any rows, in any order."""
        rows = np.asarray(rows, np.int64)
        found = np.empty((len(rows), self.d), np.float32)
        pieces = np.searchsorted(self._starts, rows, side="right") - 1
        for at in np.unique(pieces):
            segment, held = self._pieces[at]
            chosen = pieces == at
            found[chosen] = segment.vectors[rows[chosen] - self._starts[at] + held.start]
        return found


def assembled(name: str, segments: Sequence[Segment], keys: Sequence[str], dim: int) -> Snapshot:
    """Return the snapshot of these shares in this order.

    Raises:
        KeyError: no segment has one of the shares.
    """
    places = {share.key: (one, share) for one in segments for share in one.shares}
    chosen = [places[key] for key in keys]
    pieces = _stretches(chosen)
    return Snapshot(
        name=name,
        passages=tuple(p for one, share in chosen for p in one.passages[share.passages]),
        rows=_numbered(chosen),
        index=StoredVectors(pieces, dim),
        words=_words(segments, chosen),
    )


def _stretches(chosen: Sequence[tuple[Segment, Share]]) -> list[tuple[Segment, slice]]:
    found: list[tuple[Segment, slice]] = []
    for one, share in chosen:
        if found and found[-1][0] is one and found[-1][1].stop == share.rows.start:
            found[-1] = one, slice(found[-1][1].start, share.rows.stop)
        elif share.rows.stop > share.rows.start:
            found.append((one, share.rows))
    return found


def _numbered(chosen: Sequence[tuple[Segment, Share]]) -> NDArray[np.int32]:
    """Return all rows, their passages numbered through the whole corpus."""
    count = 0
    parts = [np.zeros((0, 4), np.int32)]
    for one, share in chosen:
        rows = one.rows[share.rows].copy()
        rows[:, 0] += count - share.passages.start
        count += share.passages.stop - share.passages.start
        parts.append(rows)
    return np.concatenate(parts)


def _words(segments: Sequence[Segment], chosen: Sequence[tuple[Segment, Share]]) -> Bm25:
    places = {id(one): np.full(len(one.passages), -1, np.int32) for one in segments}
    count = 0
    for one, share in chosen:
        if share.rows.start == share.rows.stop:
            continue  # what is not found by words; it comes last
        size = share.passages.stop - share.passages.start
        places[id(one)][share.passages] = np.arange(count, count + size, dtype=np.int32)
        count += size
    parts = [Placed(postings=one.postings, places=places[id(one)]) for one in segments]
    return Bm25.over(parts, count)
