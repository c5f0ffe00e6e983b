"""How near a question is to all that the shipped items are asked by and say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.adapted import adapted_space
from knowledge.bm25 import normalised
from knowledge.embedder import Vectors
from knowledge.item import Passage
from knowledge.open_questions import OpenQuestions
from knowledge.snapshot import RowKind, Rows

SHARPNESS = 20.0  # of the votes: a question 0.05 nearer has e times the vote
LEAST_VOTE = 1e-4
NO_OPEN = -0.2  # cosine with the nearest open question where there is none

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """Cosines of one question, float32, shape (items,), in the order of the space's names."""

    surface: Scores  # with the nearest of an item's questions and names
    body: Scores  # with the nearest of its summary, facets and clauses
    near: Scores  # as ``surface`` in the adapted space
    near_second: Scores
    near_body: Scores
    vote: Scores  # logarithm of the item's share of the votes of all questions
    open_near: float  # with the nearest open question in the adapted space


class ItemSpace:
    """The vectors of the items, and of the questions that no item answers."""

    def __init__(
        self,
        names: Sequence[str],
        passages: Sequence[Passage],
        rows: Rows,
        index: Any,
        opened: OpenQuestions,
        *,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        """Learn from the items how people word the same; not from those kept ``apart``."""
        order = {name: at for at, name in enumerate(names)}
        owners = np.array([order.get(one.item, -1) for one in passages], np.int32)
        owner = owners[rows[:, 0]] if len(rows) else np.zeros(0, np.int32)
        places = np.flatnonzero(owner >= 0)  # of many documents the items are a small part
        owner, vectors = owner[places], index.reconstruct_batch(places).reshape(-1, index.d)
        is_asked = rows[places, 3] == RowKind.SURFACE
        is_said = ~is_asked
        self._surfaces, self._surface_owner = vectors[is_asked], owner[is_asked]
        self._bodies, self._body_owner = vectors[is_said], owner[is_said]
        self._count = len(names)
        learned = np.array([name not in apart for name in names], bool)
        kept = learned[self._surface_owner]
        self._adapted = adapted_space(self._surfaces[kept], self._surface_owner[kept])
        self._near_surfaces = self._adapted.of(self._surfaces)
        self._near_bodies = self._adapted.of(self._bodies)
        self._near_open = self._adapted.of(opened.vectors)
        self._open_texts = np.array(opened.texts, dtype=str)
        self._surface_texts = np.array(
            [normalised(text) for one in passages if one.item in order for text in one.surfaces],
            dtype=str,
        )

    @property
    def known(self) -> tuple[str, ...]:
        """Every question it compares with, normalised."""
        return (*map(str, self._surface_texts), *map(str, self._open_texts))

    def nearness(self, query: Vectors, *, without: Collection[str] = ()) -> Nearness:
        """Return how near a question is; ``without`` are known ones to be overlooked."""
        adapted = self._adapted.of(query[None])[0]
        plain, cosines = self._surfaces @ query, self._near_surfaces @ adapted
        opened = self._near_open @ adapted
        if without:
            is_left_out = np.isin(self._surface_texts, list(without))
            plain[is_left_out] = cosines[is_left_out] = -1.0
            opened[np.isin(self._open_texts, list(without))] = -1.0
        near, near_second = two_best(cosines, self._surface_owner, self._count)
        return Nearness(
            surface=two_best(plain, self._surface_owner, self._count)[0],
            body=two_best(self._bodies @ query, self._body_owner, self._count)[0],
            near=near,
            near_second=near_second,
            near_body=two_best(self._near_bodies @ adapted, self._body_owner, self._count)[0],
            vote=self._votes(cosines, opened),
            open_near=float(opened.max(initial=NO_OPEN)),
        )

    def _votes(self, cosines: Scores, opened: Scores) -> Scores:
        votes = np.exp(SHARPNESS * (cosines - 1.0))
        totals = np.bincount(self._surface_owner, weights=votes, minlength=self._count)
        every = totals.sum() + np.exp(SHARPNESS * (opened - 1.0)).sum()
        return np.asarray(np.log(totals / max(every, 1e-30) + LEAST_VOTE), np.float32)


def two_best(cosines: Scores, owner: NDArray[np.int32], count: int) -> tuple[Scores, Scores]:
    """Return the best and the second best cosine of each owner."""
    best = np.full(count, -1.0, np.float32)
    second = np.full(count, -1.0, np.float32)
    order = np.argsort(cosines)
    best[owner[order]] = cosines[order]  # the last one written is the greatest
    rest = order[cosines[order] < best[owner[order]]]
    second[owner[rest]] = cosines[rest]
    return best, np.maximum(second, best - 0.3)
