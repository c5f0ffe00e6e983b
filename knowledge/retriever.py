"""Finds passages by meaning and by words at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import AdaptedSpace
from knowledge.bm25 import Bm25, bigrams
from knowledge.embedder import Vectors
from knowledge.item import Audience, Passage
from knowledge.snapshot import Rows, heading

NEAREST_ROWS = 400
LEXICAL_WEIGHT = 0.2  # measured, see bench/retrieval.py
SHORT_WEIGHT = 0.2  # a few colloquial words seldom are the official ones
SHORT = 8  # bigrams

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
    """Ranks passages by the sum of two z-scores: cosine, and BM25 over character bigrams.

    Cosines are taken in an evened space, where no few directions outweigh the others. A passage
    is as near as its nearest row, be it the whole, a sentence or a question people ask.
    """

    def __init__(self, passages: Sequence[Passage], rows: Rows, index: Any) -> None:
        self._rows, self._index = rows, index
        self.owner = rows[:, 0]
        self.bm25 = Bm25([_words(passage) for passage in passages])
        self.bounds = np.searchsorted(self.owner, np.arange(len(passages) + 1))
        vectors = index.reconstruct_n(0, index.ntotal).reshape(-1, index.d)
        self._mean, self._covariance = _moments(vectors)
        self._space = evened_space(self._mean, self._covariance)
        evened = self._space.of(vectors)
        self._soft_mean, self._soft_covariance = _moments(evened)
        self._soft = faiss.IndexFlatIP(index.d)
        self._soft.add(evened)
        levels = np.array([passage.audience is Audience.PUBLIC for passage in passages], bool)
        self.visible = {Audience.PUBLIC: levels, Audience.WORKER: np.ones_like(levels)}
        self._bitmaps = {
            audience: np.packbits(seen[self.owner], bitorder="little")
            for audience, seen in self.visible.items()
        }

    def background(self, query: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the query's cosine over every row."""
        return _background(query, self._mean, self._covariance)

    def moved(self, query: Vectors) -> Vectors:
        """Return a query's vector, shape (dim,), in the evened space."""
        return np.asarray(self._space.of(query[None])[0], np.float32)

    def soft_background(self, moved: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of the cosine over every row, in that space."""
        return _background(moved, self._soft_mean, self._soft_covariance)

    def dense(self, moved: Vectors, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of the nearest rows, -inf if not near."""
        mean, deviation = self.soft_background(moved)
        bitmap = self._bitmaps[audience]
        selector = faiss.IDSelectorBitmap(len(self.owner), faiss.swig_ptr(bitmap))
        cosines, found = self._soft.search(
            moved[None],
            min(NEAREST_ROWS, len(self.owner)),
            params=faiss.SearchParameters(sel=selector),  # type: ignore[call-arg]
        )
        kept = found[0] >= 0  # row -1 is padding
        scores = np.full(len(self.bounds) - 1, -np.inf, np.float32)
        np.maximum.at(scores, self.owner[found[0][kept]], (cosines[0][kept] - mean) / deviation)
        return scores

    def lexical(self, question: str, audience: Audience) -> Scores:
        """Return float32, shape (passages,): z-scores of BM25; what may not be seen is -inf."""
        scores = self.bm25.scores(question)
        deviation = max(float(scores.std()), 1e-6)
        normal: Scores = ((scores - scores.mean()) / deviation).astype(np.float32)
        normal[~self.visible[audience]] = -np.inf
        return normal

    def row_cosines(self, passage: int, query: Vectors) -> Scores:
        """Return the cosines of one passage's rows, in their order."""
        rows = self.rows_of(passage)
        vectors = self._index.reconstruct_n(rows.start, rows.stop - rows.start)
        return np.asarray(vectors @ query, np.float32)

    def soft_cosines(self, passage: int, moved: Vectors) -> Scores:
        """Return the cosines of one passage's rows in the evened space, in their order."""
        rows = self.rows_of(passage)
        vectors = self._soft.reconstruct_n(rows.start, rows.stop - rows.start)
        return np.asarray(vectors @ moved, np.float32)

    def rows_of(self, passage: int) -> slice:
        """Return where the rows of a passage stand."""
        return slice(int(self.bounds[passage]), int(self.bounds[passage + 1]))

    def retrieve(
        self, question: str, query: Vectors, audience: Audience, *, top_k: int = 10
    ) -> list[Hit]:
        """Return up to ``top_k`` passages the audience may see, best first."""
        if not len(self.owner):
            return []
        moved = self.moved(query)
        dense, lexical = self.dense(moved, audience), self.lexical(question, audience)
        wordy = np.argsort(-lexical)[:50]
        mean, deviation = self.soft_background(moved)
        for at in wordy[np.isneginf(dense[wordy]) & ~np.isneginf(lexical[wordy])]:
            cosine = self.soft_cosines(int(at), moved).max()
            dense[at] = (cosine - mean) / deviation
        weight = SHORT_WEIGHT if len(bigrams(question)) <= SHORT else LEXICAL_WEIGHT
        fused = np.where(np.isneginf(lexical), -np.inf, dense + weight * lexical)
        best = np.argsort(-fused)[:top_k]
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


def _words(passage: Passage) -> str:
    return " ".join([heading(passage), passage.label, passage.text, *passage.surfaces])


def evened_space(mean: Vectors, covariance: Vectors) -> AdaptedSpace:
    """Return the space in which the directions that most texts share count less."""
    values, axes = np.linalg.eigh(covariance)
    scale = (np.maximum(values, 0) + FLOOR * max(float(values.mean()), 1e-9)) ** (-EVENNESS / 2)
    return AdaptedSpace(centre=mean, matrix=np.asarray(axes * scale, np.float32))


def _moments(vectors: Vectors) -> tuple[Vectors, Vectors]:
    count = max(len(vectors), 1)
    mean = np.asarray(vectors.sum(axis=0) / count, np.float32)
    centred = vectors - mean
    return mean, np.asarray(centred.T @ centred / count, np.float32)


def _background(query: Vectors, mean: Vectors, covariance: Vectors) -> tuple[float, float]:
    return float(query @ mean), max(float(query @ covariance @ query) ** 0.5, 1e-6)
