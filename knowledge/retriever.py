"""Finds passages by meaning and by words at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import AdaptedSpace
from knowledge.bm25 import Bm25, bigrams
from knowledge.bridge import carried
from knowledge.embedder import Vectors
from knowledge.item import Audience, Passage
from knowledge.ranking import Weights, ranking
from knowledge.snapshot import Rows, heading

NEAREST_ROWS = 400
WORDY = 50  # passages by words that are looked at however far they are in meaning
CLOSELY = 100  # passages that are compared by every sign where the question is long
MANY_ROWS = 20_000  # from here on rows are searched in one byte a number, the best then exactly
RESCORED = 100  # of these; the tenth is never beyond
CHUNK = 8192
SAMPLE = 20_000  # rows from which the range of a number is learned
BYTE = 127

EVENNESS = 0.25  # 0 leaves the cosines as they are, 1 makes all directions equal
FLOOR = 0.1  # of the mean variance, so that directions of noise stay small

Scores = NDArray[np.float32]


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
        self, passages: Sequence[Passage], rows: Rows, index: Any, *, bridge: Vectors | None = None
    ) -> None:
        self._rows, self._index, self._bridge = rows, index, bridge
        self.owner = rows[:, 0]
        self.bm25 = Bm25([_words(passage) for passage in passages])
        self.bounds = np.searchsorted(self.owner, np.arange(len(passages) + 1))
        self._mean, self._covariance = _moments(index.d, _chunks(index))
        self._space = evened_space(self._mean, self._covariance)
        self._soft_mean, self._soft_covariance = _moments(
            index.d, map(self._space.of, _chunks(index))
        )
        self._is_rough = index.ntotal > MANY_ROWS
        self._scale = _byte_scale(index, self._space) if self._is_rough else 1.0
        self._soft = self._searchable()
        levels = np.array([passage.audience is Audience.PUBLIC for passage in passages], bool)
        self.visible = {Audience.PUBLIC: levels, Audience.WORKER: np.ones_like(levels)}
        self._bitmaps = {
            audience: np.packbits(seen[self.owner], bitorder="little")
            for audience, seen in self.visible.items()
        }

    def background(self, query: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the query's cosine over every row."""
        return _background(query, self._mean, self._covariance)

    def evened(self, query: Vectors) -> Vectors:
        """Return a query's vector, shape (dim,), in the evened space."""
        return np.asarray(self._space.of(query[None])[0], np.float32)

    def moved(self, query: Vectors) -> Vectors:
        """Return a query's vector, shape (dim,), in the evened space, where its answers are."""
        return np.asarray(carried(self.evened(query)[None], self._bridge)[0], np.float32)

    def soft_background(self, moved: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the cosine over every row, in that space."""
        return _background(moved, self._soft_mean, self._soft_covariance)

    def dense(self, moved: Vectors, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of the nearest rows, -inf if not near."""
        mean, deviation = self.soft_background(moved)
        cosines, found = self._soft.search(
            self._as_stored(moved[None]),
            min(NEAREST_ROWS, len(self.owner)),
            params=self._seen(audience),
        )
        kept = found[0][found[0] >= 0]  # row -1 is padding
        near = cosines[0][: len(kept)] / self._scale**2
        if self._is_rough:
            first = kept[:RESCORED]
            near[:RESCORED] = self._evened_rows(first) @ moved
        scores = np.full(len(self.bounds) - 1, -np.inf, np.float32)
        np.maximum.at(scores, self.owner[kept], (near - mean) / deviation)
        return scores

    def _seen(self, audience: Audience) -> faiss.SearchParameters | None:
        """Return what keeps a search to the rows that may be seen; none where all may."""
        if self.visible[audience].all():
            return None  # a search with a selector takes several times as long
        bitmap = self._bitmaps[audience]
        selector = faiss.IDSelectorBitmap(len(self.owner), faiss.swig_ptr(bitmap))
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]

    def _searchable(self) -> Any:
        """Return a FAISS index of all rows in the evened space.

        Where there are many it holds one byte a number, which is rough and faster; it takes the
        numbers of a query for bytes too.
        """
        kind, product = faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        dim = self._index.d
        soft: Any = (
            faiss.IndexScalarQuantizer(dim, kind, product)
            if self._is_rough
            else faiss.IndexFlatIP(dim)
        )
        for vectors in _chunks(self._index):
            soft.add(self._as_stored(self._space.of(vectors)))
        return soft

    def _as_stored(self, vectors: Vectors) -> Vectors:
        if not self._is_rough:
            return vectors
        return np.asarray(np.clip(np.rint(vectors * self._scale), -BYTE, BYTE), np.float32)

    def _evened_rows(self, rows: NDArray[np.int64]) -> Vectors:
        return self._space.of(self._index.reconstruct_batch(rows))

    def lexical(self, question: str, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of BM25; what may not be seen is -inf."""
        normal = _normal(self.bm25.scores(question))
        normal[~self.visible[audience]] = -np.inf
        return normal

    def rare_signs(self, question: str) -> tuple[Scores, Scores]:
        """Return the z-scores of both of ``Bm25.rare_scores``."""
        rare, share = self.bm25.rare_scores(question)
        return _normal(rare), _normal(share)

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
        dense, lexical = self._compared(question, query, audience)
        weights = ranking().weights(len(set(bigrams(question))))
        fused = weights.meaning * dense + weights.words * lexical
        if weights.plain:
            fused = self._closely(question, query, fused, weights)
        fused = np.where(np.isneginf(lexical), -np.inf, fused / weights.scale)
        best = _greatest(fused, top_k)
        best = best[np.argsort(-fused[best], kind="stable")]
        return [
            Hit(
                passage=int(at),
                score=float(fused[at]),
                dense=float(dense[at]),
                lexical=float(lexical[at]),
            )
            for at in best
            if np.isfinite(fused[at])
        ]

    def _compared(
        self, question: str, query: Vectors, audience: Audience
    ) -> tuple[Scores, Scores]:
        """Return the z-scores of meaning and of words, both of whatever is near by either."""
        moved = self.moved(query)
        dense, lexical = self.dense(moved, audience), self.lexical(question, audience)
        wordy = _greatest(lexical, WORDY)
        wordy = wordy[np.isneginf(dense[wordy]) & ~np.isneginf(lexical[wordy])]
        if len(wordy):
            mean, deviation = self.soft_background(moved)
            rows = np.concatenate([np.arange(*self.bounds[at : at + 2]) for at in wordy])
            cosines = self._evened_rows(rows) @ moved
            np.maximum.at(dense, self.owner[rows], (cosines - mean) / deviation)
        return dense, lexical

    def _closely(self, question: str, query: Vectors, fused: Scores, weights: Weights) -> Scores:
        """Return the sums with every other sign added; all but the best are left out."""
        chosen = _greatest(fused, CLOSELY)
        rare, share = self.rare_signs(question)
        mean, deviation = self.background(query)
        plain = np.array([self.row_cosines(int(at), query).max() for at in chosen], np.float32)
        close = np.full_like(fused, -np.inf)
        close[chosen] = fused[chosen] + (
            weights.plain * (plain - mean) / deviation
            + weights.rare * rare[chosen]
            + weights.share * share[chosen]
        )
        return close


def _normal(scores: Scores) -> Scores:
    deviation = max(float(scores.std()), 1e-6)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def _greatest(scores: Scores, count: int) -> NDArray[np.intp]:
    """Return where the greatest scores are, in no order."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(-scores, count)[:count]


def _words(passage: Passage) -> str:
    return " ".join([heading(passage), passage.label, passage.text, *passage.surfaces])


def evened_space(mean: Vectors, covariance: Vectors) -> AdaptedSpace:
    """Return the space in which the directions that most texts share count less."""
    values, axes = np.linalg.eigh(covariance)
    scale = (np.maximum(values, 0) + FLOOR * max(float(values.mean()), 1e-9)) ** (-EVENNESS / 2)
    # turned back, so that the axes of one corpus are those of another and of the bridge
    return AdaptedSpace(centre=mean, matrix=np.asarray(axes * scale @ axes.T, np.float32))


def _chunks(index: Any) -> Iterator[Vectors]:
    """Yield all vectors of an index, some at a time, because two copies of many are too many."""
    for start in range(0, index.ntotal, CHUNK):
        count = min(CHUNK, index.ntotal - start)
        yield index.reconstruct_n(start, count).reshape(-1, index.d)


def _moments(dim: int, chunks: Iterable[Vectors]) -> tuple[Vectors, Vectors]:
    """Return mean and covariance of all rows."""
    count, total, products = 0, np.zeros(dim), np.zeros((dim, dim))
    for vectors in chunks:
        count += len(vectors)
        total += vectors.sum(axis=0, dtype=np.float64)
        products += vectors.T @ vectors
    mean = total / max(count, 1)
    covariance = products / max(count, 1) - np.outer(mean, mean)
    return mean.astype(np.float32), covariance.astype(np.float32)


def _byte_scale(index: Any, space: AdaptedSpace) -> float:
    """Return what the rows are multiplied by so that their numbers fit a byte."""
    spread = np.linspace(0, index.ntotal - 1, SAMPLE).astype(np.int64)
    return BYTE / float(np.abs(space.of(index.reconstruct_batch(spread))).max())


def _background(query: Vectors, mean: Vectors, covariance: Vectors) -> tuple[float, float]:
    return float(query @ mean), max(float(query @ covariance @ query) ** 0.5, 1e-6)
