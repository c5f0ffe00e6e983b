"""The passages of an index in the order of their documents, whatever segments hold them.

Everything that is computed from a corpus is the same to the last bit for any segments, because
passages, rows and vectors are numbered alike.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import Bm25, Placed, bigrams
from knowledge.embedder import Vectors
from knowledge.item import Passage
from knowledge.postings import Postings
from knowledge.segment import Segment, Share
from knowledge.shared import Shared
from knowledge.snapshot import Rows, Snapshot

STRETCH = 64  # rows of a document that are taken into a sample together
GOLDEN = 0x9E3779B97F4A7C15  # of SplitMix64, which makes good hashes of numbers in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows that stand for a corpus, and a name that other samples do not have."""

    name: str
    rows: NDArray[np.int64]


class StoredVectors:
    """The vectors of all rows, read from the segments where they lie; used as a FAISS index is."""

    def __init__(
        self, chosen: Sequence[tuple[Segment, Share]], dim: int, shared: Shared | None = None
    ) -> None:
        """Take shares in the order of the corpus, and what indexes of this process share."""
        self._chosen, self._pieces, self.d = chosen, _stretches(chosen), dim
        self.shared = shared or Shared()
        self._source: Any = None  # what the vectors lie in, where that is no segment
        sizes = [rows.stop - rows.start for _, rows in self._pieces]
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
        if len(self._pieces) == 1:
            segment, held = self._pieces[0]
            return np.asarray(segment.vectors[rows + held.start], np.float32)
        found = np.empty((len(rows), self.d), np.float32)
        pieces = np.searchsorted(self._starts, rows, side="right") - 1
        for at in np.unique(pieces):
            segment, held = self._pieces[at]
            chosen = pieces == at
            found[chosen] = segment.vectors[rows[chosen] - self._starts[at] + held.start]
        return found

    def inner_products(self, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        """Return the products of any rows with a vector, read where they lie.

        To copy the rows first takes twice as long. Each is rounded as it would be alone.
        """
        rows = np.ascontiguousarray(rows, np.int64)
        vector = np.ascontiguousarray(vector, np.float32)
        if len(self._pieces) == 1:
            segment, held = self._pieces[0]
            return _products(segment.vectors, rows + held.start, vector)
        found = np.empty(len(rows), np.float32)
        pieces = np.searchsorted(self._starts, rows, side="right") - 1
        for at in np.unique(pieces):
            segment, held = self._pieces[at]
            chosen = pieces == at
            places = rows[chosen] - self._starts[at] + held.start
            found[chosen] = _products(segment.vectors, places, vector)
        return found

    @classmethod
    def over(cls, index: Any, passages: Sequence[Passage], rows: Rows) -> Self:
        """Return the vectors of a flat FAISS index as those of one segment."""
        view = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d) if len(rows) else ()
        vectors = np.asarray(view, np.float32).reshape(-1, index.d)
        segment = Segment(
            name=hashlib.blake2b(vectors.data, digest_size=16).hexdigest(),
            shares=(),
            passages=tuple(passages),
            rows=rows,
            vectors=vectors,
            postings=Postings.of((), bigrams),
        )
        share = Share(key="", passages=slice(0, len(passages)), rows=slice(0, len(rows)))
        found = cls([(segment, share)], index.d)
        found._source = index  # the vectors lie in it
        return found

    def segments(self) -> list[tuple[Segment, NDArray[np.int32]]]:
        """Return the segments, and for each of their rows its number here, or -1."""
        found: dict[str, tuple[Segment, NDArray[np.int32]]] = {}
        for start, (segment, rows) in zip(self._starts, self._pieces, strict=False):
            if segment.name not in found:
                found[segment.name] = segment, np.full(len(segment.rows), -1, np.int32)
            count = rows.stop - rows.start
            found[segment.name][1][rows] = np.arange(start, start + count, dtype=np.int32)
        return list(found.values())

    def sample(self, count: int) -> Sample:
        """Return all rows where they are no more than so many, and otherwise about as many.

        They are the stretches of the documents with the least hashes, so a document more or less
        mostly leaves the sample of a large corpus as it is, in whatever order documents came.
        """
        sizes = np.array([share.rows.stop - share.rows.start for _, share in self._chosen])
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        if self.ntotal <= count:
            keys = " ".join(f"{share.key}:{size}" for (_, share), size in self._sized(sizes))
            return Sample(name=_name(keys.encode()), rows=np.arange(self.ntotal))
        parts = -(-sizes // STRETCH)
        share = np.repeat(np.arange(len(sizes)), parts)
        at = np.arange(len(share)) - np.repeat(np.cumsum(parts) - parts, parts)
        hashes = _hashes([share.key for _, share in self._chosen])[share]
        hashes = _mixed(hashes + (at + 1).astype(np.uint64) * np.uint64(GOLDEN))
        begins = starts[share] + at * STRETCH
        ends = np.minimum(begins + STRETCH, starts[share + 1])
        order = np.argsort(hashes, kind="stable")
        needed = int(np.searchsorted(np.cumsum((ends - begins)[order]), count)) + 1
        taken = order[:needed]
        rows = [np.arange(begins[one], ends[one]) for one in taken]
        return Sample(name=_name(hashes[taken].tobytes()), rows=np.concatenate(rows))

    def _sized(self, sizes: NDArray[np.int64]) -> list[tuple[tuple[Segment, Share], int]]:
        return [(one, int(size)) for one, size in zip(self._chosen, sizes, strict=True)]


def _products(vectors: Vectors, rows: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
    found = np.empty(len(rows), np.float32)
    where = [faiss.swig_ptr(one) for one in (found, vector, vectors, rows)]
    faiss.fvec_inner_products_by_idx(  # type: ignore[attr-defined]
        *where, len(vector), 1, len(rows)
    )
    return found


def _name(what: bytes) -> str:
    return hashlib.blake2b(what, digest_size=16).hexdigest()


def _hashes(keys: Sequence[str]) -> NDArray[np.uint64]:
    """Return the first numbers of keys, which are hashes already."""
    return np.array([int(key[:16] or "0", 16) for key in keys], np.uint64)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the hashes that SplitMix64 makes of numbers."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def assembled(
    name: str,
    segments: Sequence[Segment],
    keys: Sequence[str],
    dim: int,
    shared: Shared | None = None,
) -> Snapshot:
    """Return the snapshot of these shares in this order.

    Raises:
        KeyError: no segment has one of the shares.
    """
    places = {share.key: (one, share) for one in segments for share in one.shares}
    chosen = [places[key] for key in keys]
    return Snapshot(
        name=name,
        passages=tuple(p for one, share in chosen for p in one.passages[share.passages]),
        rows=_numbered(chosen),
        index=StoredVectors(chosen, dim, shared),
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
