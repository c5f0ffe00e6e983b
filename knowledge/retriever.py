"""Finds passages by meaning and by words at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import Bm25, bigrams
from knowledge.corpus import Sample, StoredVectors
from knowledge.embedder import Vectors
from knowledge.evening import Evening
from knowledge.index_kind import MANY_ROWS, IndexKind, kind_for
from knowledge.item import Audience, Passage
from knowledge.ranking import Weights, ranking
from knowledge.remote_rows import RemoteRows
from knowledge.rough_rows import ROUGH, Rough, RoughPart, RoughRows
from knowledge.scores import Scores, greatest, greatest_of_each, normal, spread_of
from knowledge.segment import Segment
from knowledge.snapshot import Rows, words_of

NEAREST_ROWS = 400
ROUGH_ROWS = 300  # of those that may be nearest, each of which costs an exact comparison
WORDY = 50  # passages by words that are looked at however far they are in meaning
WORDY_ALONE = 200  # the same while the server with the vectors is away
CLOSELY = 100  # passages that are compared by every sign where the question is long
CHUNK = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage and how well it fits, in standard deviations above the corpus."""

    passage: int
    score: float
    dense: float
    lexical: float


class Retriever:
    """Ranks passages by a sum of z-scores: cosine, and BM25 over character bigrams.

    Cosines are taken in an evened space, where no few directions outweigh the others, after the
    question is carried over the bridge of its model. A passage is as near as its nearest row, be
    it the whole, a sentence or a question people ask.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Rows,
        index: Any,
        *,
        bridge: Vectors | None = None,
        words: Bm25 | None = None,
        kind: IndexKind = IndexKind.AUTO,
    ) -> None:
        """Search passages by the vectors of ``index``; their ``words`` may be known already."""
        self._rows = rows
        is_stored = isinstance(index, StoredVectors)
        self._index = index if is_stored else StoredVectors.over(index, passages, rows)
        self.owner = rows[:, 0]
        self.bm25 = words or Bm25([words_of(passage) for passage in passages])
        self.bounds = np.searchsorted(self.owner, np.arange(len(passages) + 1))
        sample = self._index.sample(MANY_ROWS)
        shared = self._index.shared
        self._evening = shared.get(
            ("evening", sample.name), lambda: Evening.of(index.d, lambda: self._chosen(sample))
        )
        self._space = self._answers = self._evening.space
        if bridge is not None:
            self._answers = replace(self._space, matrix=self._space.matrix @ bridge)
        levels = np.array([passage.audience is Audience.PUBLIC for passage in passages], bool)
        self.visible = {Audience.PUBLIC: levels, Audience.WORKER: np.ones_like(levels)}
        if kind is IndexKind.AUTO:
            kind = kind_for(index.ntotal, index.d, has_server=shared.server is not None)
        self.kind = kind
        self._rough = self._roughly(kind, sample)
        self._soft: Any = self._searchable() if self._rough is None else None
        self._hidden = {one: np.flatnonzero(~seen) for one, seen in self.visible.items()}
        self._bitmaps = {
            audience: np.packbits(seen[self.owner], bitorder="little")
            for audience, seen in self.visible.items()
        }

    def _chosen(self, sample: Sample) -> Iterator[Vectors]:
        """Yield the vectors of a sample, some at a time, because copies of many are large."""
        for start in range(0, len(sample.rows), CHUNK):
            yield self._index.reconstruct_batch(sample.rows[start : start + CHUNK])

    def _roughly(self, kind: IndexKind, sample: Sample) -> RoughRows | RemoteRows | None:
        """Return all rows as they are searched roughly; none where they are few."""
        if kind is IndexKind.EXACT:
            return None
        if kind is not IndexKind.MILVUS:
            return self._local(kind, sample)
        server = self._index.shared.server
        if server is None:
            raise ValueError(kind)
        return RemoteRows.of(server, self._space, sample.name, self._index)

    def _local(self, kind: IndexKind, sample: Sample) -> RoughRows:
        """Return the rows in memory; what another index has is taken over."""
        shared, space = self._index.shared, self._space

        def learned() -> Rough:
            moved = [space.of(vectors) for vectors in self._chosen(sample)]
            return ROUGH[kind](space, np.concatenate(moved))

        rough = shared.get(("rough", kind, sample.name), learned)

        def part(segment: Segment) -> RoughPart:
            levels = [one.audience is Audience.PUBLIC for one in segment.passages]
            is_public = np.array(levels, bool)[segment.rows[:, 0]]
            return RoughPart(rough, space, segment.vectors, is_public)

        parts = [
            (shared.get(("part", kind, sample.name, one.name), partial(part, one)), places)
            for one, places in self._index.segments()
        ]
        return RoughRows(rough, space, parts, self._index.ntotal)

    def bring(self, snapshot: str, wait_s: float | None = None) -> None:
        """Have a server load the rows of a snapshot, if one holds them, and wait so long."""
        if isinstance(self._rough, RemoteRows):
            self._rough.bring(snapshot, wait_s)

    @property
    def is_whole(self) -> bool:
        """Whether passages are found by meaning now, not by words alone."""
        return not isinstance(self._rough, RemoteRows) or self._rough.is_whole

    def background(self, query: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the query's cosine over every row."""
        return self._evening.background(query)

    def evened(self, query: Vectors) -> Vectors:
        """Return a query's vector, shape (dim,), in the evened space."""
        return self._space.of_one(query)

    def moved(self, query: Vectors) -> Vectors:
        """Return a query's vector, shape (dim,), in the evened space, where its answers are."""
        return self._answers.of_one(query)

    def soft_background(self, moved: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the cosine over every row, in that space."""
        return self._evening.soft_background(moved)

    def dense(self, moved: Vectors, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of the nearest rows, -inf if not near."""
        mean, deviation = self.soft_background(moved)
        rows, near = self._compared_rows(self._nearest(moved, audience), self.owner[:0], moved)
        scores = np.full(len(self.bounds) - 1, -np.inf, np.float32)
        np.maximum.at(scores, self.owner[rows], (near - mean) / deviation)
        return scores

    def _nearest(self, moved: Vectors, audience: Audience) -> tuple[NDArray[np.int64], Scores]:
        """Return the nearest rows that may be seen, and the cosines of those compared exactly."""
        if self._rough is not None:
            return self._rough.near(moved, audience, ROUGH_ROWS), np.zeros(0, np.float32)
        cosines, found = self._soft.search(
            moved[None], min(NEAREST_ROWS, len(self.owner)), params=self._seen(audience)
        )
        rows = found[0][found[0] >= 0]  # row -1 is padding
        return rows, cosines[0][: len(rows)]

    def _compared_rows(
        self,
        nearest: tuple[NDArray[np.int64], Scores],
        passages: NDArray[Any],
        moved: Vectors,
    ) -> tuple[NDArray[np.int64], Scores]:
        """Return the nearest rows and those of some passages, all with their exact cosines."""
        rows, cosines = nearest
        rows = np.concatenate([rows, self._rows_of_all(passages)])
        return rows, np.concatenate([cosines, self._cosines(rows[len(cosines) :], moved)])

    def _cosines(self, rows: NDArray[np.int64], moved: Vectors) -> Scores:
        """Return the exact cosines of some rows in the evened space."""
        if self._rough is not None:
            return self._rough.cosines(self._index, rows, moved)
        return np.asarray(self._evened_rows(rows) @ moved, np.float32)

    def _seen(self, audience: Audience) -> faiss.SearchParameters | None:
        """Return what keeps a search to the rows that may be seen; none where all may."""
        if self.visible[audience].all():
            return None  # a search with a selector takes several times as long
        bitmap = self._bitmaps[audience]
        selector = faiss.IDSelectorBitmap(len(self.owner), faiss.swig_ptr(bitmap))
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]

    def _searchable(self) -> Any:
        """Return a FAISS index of all rows in the evened space."""
        soft = faiss.IndexFlatIP(self._index.d)
        for vectors in _chunks(self._index):
            soft.add(self._space.of(vectors))
        return soft

    def _evened_rows(self, rows: NDArray[np.int64]) -> Vectors:
        return self._space.of(self._index.reconstruct_batch(rows))

    def lexical(self, question: str, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of BM25; what may not be seen is -inf."""
        scores = normal(self.bm25.scores(question))
        scores[self._hidden[audience]] = -np.inf
        return scores

    def rare_signs(self, question: str) -> tuple[Scores, Scores]:
        """Return the z-scores of both of ``Bm25.rare_scores``."""
        rare, share = self.bm25.rare_scores(question)
        return normal(rare), normal(share)

    def row_cosines(self, passage: int, query: Vectors) -> Scores:
        """Return the cosines of one passage's rows, in their order."""
        rows = self.rows_of(passage)
        vectors = self._index.reconstruct_n(rows.start, rows.stop - rows.start)
        return np.asarray(vectors @ query, np.float32)

    def soft_vectors(self, passage: int) -> Vectors:
        """Return the vectors of one passage's rows in the evened space, in their order."""
        rows = self.rows_of(passage)
        return self._evened_rows(np.arange(rows.start, rows.stop))

    def soft_cosines(self, passage: int, moved: Vectors) -> Scores:
        """Return the cosines of one passage's rows in the evened space, in their order."""
        return np.asarray(self.soft_vectors(passage) @ moved, np.float32)

    def rows_of(self, passage: int) -> slice:
        """Return where the rows of a passage stand."""
        return slice(int(self.bounds[passage]), int(self.bounds[passage + 1]))

    def retrieve(
        self, question: str, query: Vectors, audience: Audience, *, top_k: int = 10
    ) -> list[Hit]:
        """Return up to ``top_k`` passages the audience may see, best first."""
        if not len(self.owner):
            return []
        terms = bigrams(question)
        near, dense, lexical = self._compared(terms, query, audience)
        weights = ranking().weights(len(set(terms)))
        fused = weights.meaning * dense + weights.words * lexical
        best = np.arange(len(near))
        if weights.plain:
            best = greatest(fused, CLOSELY)
            fused = fused[best] + self._close_signs(question, query, near[best], weights)
        fused /= weights.scale
        first = greatest(fused, top_k)
        first = first[np.argsort(-fused[first], kind="stable")]
        places = best[first]
        signs = near[places], fused[first], dense[places], lexical[places]
        return [
            Hit(passage=passage, score=score, dense=by_meaning, lexical=by_words)
            for passage, score, by_meaning, by_words in zip(
                *(sign.tolist() for sign in signs), strict=True
            )
        ]

    def _compared(
        self, terms: Sequence[str], query: Vectors, audience: Audience
    ) -> tuple[NDArray[np.int32], Scores, Scores]:
        """Return the passages near by meaning or by words, and their z-scores of both."""
        moved = self.moved(query)
        found = self._nearest(moved, audience)
        words, usual, spread, wordy = self._worded(terms, audience)
        if not self.is_whole:  # which may have shown only now
            wordy = greatest(words, WORDY_ALONE)
        is_near = np.zeros(len(words), bool)
        is_near[self.owner[found[0]]] = True
        rows, cosines = self._compared_rows(found, wordy[~is_near[wordy]], moved)
        near, nearest = greatest_of_each(self.owner[rows], cosines)
        mean, deviation = self.soft_background(moved)
        return near, (nearest - mean) / deviation, (words[near] - usual) / spread

    def _worded(
        self, terms: Sequence[str], audience: Audience
    ) -> tuple[Scores, float, float, NDArray[np.intp]]:
        """Return the scores by words, their mean and deviation, and where the greatest are."""
        words = self.bm25.term_scores(terms)
        usual, spread = spread_of(words)
        words[self._hidden[audience]] = -np.inf
        return words, usual, spread, greatest(words, WORDY)

    def _rows_of_all(self, passages: NDArray[Any]) -> NDArray[np.int64]:
        """Return the rows of some passages, one passage after the other."""
        starts = self.bounds[passages]
        counts = self.bounds[passages + 1] - starts
        before = np.cumsum(counts) - counts
        return np.asarray(np.arange(counts.sum()) + np.repeat(starts - before, counts), np.int64)

    def _close_signs(
        self, question: str, query: Vectors, near: NDArray[np.int32], weights: Weights
    ) -> Scores:
        """Return what every other sign adds to the sums of some passages."""
        rare, share = self.rare_signs(question)
        mean, deviation = self.background(query)
        plain = np.array([self.row_cosines(int(at), query).max() for at in near], np.float32)
        return np.asarray(
            weights.plain * (plain - mean) / deviation
            + weights.rare * rare[near]
            + weights.share * share[near],
            np.float32,
        )


def _chunks(index: Any) -> Iterator[Vectors]:
    """Yield all vectors of an index, some at a time, because two copies of many are too many."""
    for start in range(0, index.ntotal, CHUNK):
        count = min(CHUNK, index.ntotal - start)
        yield index.reconstruct_n(start, count).reshape(-1, index.d)
