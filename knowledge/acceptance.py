"""Judges which shipped item a question is about, and whether surely enough to answer from it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.adapted import adapted_space
from knowledge.bm25 import bigrams, normalised
from knowledge.embedder import Vectors
from knowledge.evidence import COSINE_SCALE, WEIGHTS, sigmoid
from knowledge.item import Audience, KnowledgeItem, Passage
from knowledge.lexicon import lexicon
from knowledge.question import Question
from knowledge.snapshot import RowKind, Rows

NEAREST = 8  # items that are looked at closely, besides those named
ITEM_FEATURES = (
    "surface",  # cosine with the nearest of the item's questions and names, scaled
    "body",  # cosine with the nearest of its summary, facets and clauses, scaled
    "near",  # as ``surface`` in the adapted space, where questions about one item are near
    "near_second",  # the next nearest of the item's questions there
    "near_body",  # the nearest of its summary, facets and clauses there
    "lift",  # how far the nearest question stands above all texts, in standard deviations
    "lead",  # how far ``near`` is ahead of every other item's; negative when behind
    "cover_surface",  # rarity-weighted share of the question's terms in its questions and names
    "cover_best",  # the same in the one question or name that has most of them
    "cover_item",  # the same in the whole item
    "strange",  # terms of which the item lacks even a character
    "foreign",  # share of the terms' weight that no item knows
    "name",  # characters of the longest name of the item in the question, at most 6
    "named_other",  # the question names another item and not this one
    "other_topic",  # known topics in the question that the item mentions by no name
    "shown",  # the kind of answer asked for (a sum, a place) is in the item
    "not_shown",  # it is asked for and is not there
    "terms",  # how many terms the question has
)
NEAR_SCALE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemModel:
    """Weights of a logistic regression, and from which probability an item answers."""

    bias: float
    weights: Mapping[str, float]
    threshold: float
    enquiry_threshold: float  # when it is known that somebody asks about a service or a rule

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability, 0 to 1, that the item answers the question."""
        return sigmoid(
            self.bias
            + sum(
                self.weights.get(k, 0.0) * v for k, v in zip(ITEM_FEATURES, features, strict=True)
            )
        )

    def needed(self, *, is_enquiry: bool) -> float:
        """Return from which probability an item answers."""
        return self.enquiry_threshold if is_enquiry else self.threshold


@cache
def item_model() -> ItemModel:
    """Return the shipped weights."""
    return ItemModel(**yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))["items"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCandidate:
    """An item with the measures of its fit."""

    item: str
    features: tuple[float, ...]
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The normalised words of one item."""

    names: tuple[str, ...]
    surfaces: tuple[str, ...]
    body: str

    @property
    def whole(self) -> str:
        """Everything the item says and is asked."""
        return f"{' '.join(self.surfaces)} {self.body}"

    def without(self, question: str) -> "_Texts":
        kept = tuple(one for one in self.surfaces if one != question)
        return _Texts(names=self.names, surfaces=kept, body=self.body)


class ItemJudge:
    """Compares a question with every shipped item at once."""

    def __init__(
        self,
        items: Mapping[str, KnowledgeItem],
        passages: Sequence[Passage],
        rows: Rows,
        index: Any,
        *,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        """Learn from the items how people word the same; not from those kept ``apart``."""
        self.model = item_model()
        self._items = items
        self._names = sorted({one.item for one in passages if one.item in items})
        order = {name: at for at, name in enumerate(self._names)}
        owners = np.array([order.get(one.item, -1) for one in passages], np.int32)
        self._texts = self._read(passages)
        self._known = {
            term
            for one in self._texts.values()
            for text in (*one.surfaces, one.body)
            for term in bigrams(text)
        }
        vectors = index.reconstruct_n(0, index.ntotal).reshape(-1, index.d)
        owner = owners[rows[:, 0]] if len(rows) else np.zeros(0, np.int32)
        is_surface = rows[:, 3] == RowKind.SURFACE
        self._surfaces = vectors[is_surface & (owner >= 0)]
        self._surface_owner = owner[is_surface & (owner >= 0)]
        self._bodies = vectors[~is_surface & (owner >= 0)]
        self._body_owner = owner[~is_surface & (owner >= 0)]
        learned = np.array([name not in apart for name in self._names], bool)
        kept = learned[self._surface_owner]
        self._space = adapted_space(self._surfaces[kept], self._surface_owner[kept])
        self._near_surfaces = self._space.of(self._surfaces)
        self._near_bodies = self._space.of(self._bodies)
        self._surface_texts = np.array(
            [
                normalised(surface)
                for one in passages
                if one.item in order
                for surface in one.surfaces
            ],
            dtype=object,
        )

    def _read(self, passages: Sequence[Passage]) -> dict[str, _Texts]:
        bodies: dict[str, list[str]] = defaultdict(list)
        surfaces: dict[str, list[str]] = defaultdict(list)
        for one in passages:
            if one.item in self._items:
                bodies[one.item] += [one.document, one.context, one.text]
                surfaces[one.item] += one.surfaces
        return {
            name: _Texts(
                names=tuple(
                    normalised(word)
                    for word in (self._items[name].title, *self._items[name].aliases)
                ),
                surfaces=tuple(map(normalised, surfaces[name])),
                body=normalised(" ".join(dict.fromkeys(bodies[name]))),
            )
            for name in self._names
        }

    def judged(
        self,
        question: Question,
        query: Vectors,
        background: tuple[float, float],
        audience: Audience,
        *,
        without: str = "",
    ) -> list[ItemCandidate]:
        """Return the likeliest items, best first.

        ``background`` is mean and deviation of the query's cosine over every text; ``without`` is
        an item's own question that is to be overlooked, to measure with it.
        """
        if not question.terms or not self._names:
            return []
        found = [
            ItemCandidate(
                item=name, features=features, probability=self.model.probability(features)
            )
            for name, features in self._measured(question, query, background, audience, without)
        ]
        return sorted(found, key=lambda one: -one.probability)

    def _measured(
        self,
        question: Question,
        query: Vectors,
        background: tuple[float, float],
        audience: Audience,
        without: str,
    ) -> Iterator[tuple[str, tuple[float, ...]]]:
        adapted = self._space.of(query[None])[0]
        plain, cosines = self._surfaces @ query, self._near_surfaces @ adapted
        if without:
            is_left_out = self._surface_texts == normalised(without)
            plain[is_left_out] = cosines[is_left_out] = -1.0
        count = len(self._names)
        surface, _ = _two_best(plain, self._surface_owner, count)
        body, _ = _two_best(self._bodies @ query, self._body_owner, count)
        first, second = _two_best(cosines, self._surface_owner, count)
        near_body, _ = _two_best(self._near_bodies @ adapted, self._body_owner, count)
        seen = np.array([audience.may_see(self._items[name].audience) for name in self._names])
        first[~seen] = -1.0
        ranked = np.argsort(-first)
        named = {
            at: self._name_in(question, name) for at, name in enumerate(self._names) if seen[at]
        }
        longest = max(named.values(), default=0)
        chosen = dict.fromkeys([*ranked[:NEAREST], *(at for at, n in named.items() if n > 1)])
        foreign = self._foreign(question)
        for at in map(int, chosen):
            if not seen[at] or self._is_elsewhere(question, self._names[at]):
                continue
            rival = first[ranked[1]] if ranked[0] == at else first[ranked[0]]
            texts = self._texts[self._names[at]]
            texts = texts.without(normalised(without)) if without else texts
            yield (
                self._names[at],
                (
                    float(surface[at]) * COSINE_SCALE,
                    float(body[at]) * COSINE_SCALE,
                    float(first[at]) * NEAR_SCALE,
                    float(second[at]) * NEAR_SCALE,
                    float(near_body[at]) * NEAR_SCALE,
                    (float(surface[at]) - background[0]) / background[1],
                    max(min(float(first[at] - rival) * NEAR_SCALE, 3.0), -3.0),
                    *_coverages(question, texts),
                    foreign,
                    float(min(named[at], 6)),
                    float(longest > max(named[at], 1)),
                    float(question.foreign_topics(texts.whole)),
                    *self._shown(question, self._names[at], texts),
                    float(len(question.terms)),
                ),
            )

    def _name_in(self, question: Question, item: str) -> int:
        """Return how long the longest name of an item in the question is."""
        names = self._texts[item].names
        return max((len(name) for name in names if name in question.text), default=0)

    def _foreign(self, question: Question) -> float:
        strange = [term.weight for term in question.terms if term.text not in self._known]
        return sum(strange) / max(question.weight, 1e-6)

    def _is_elsewhere(self, question: Question, item: str) -> bool:
        texts = self._texts[item]
        return any(
            place not in texts.body and not any(place in one for one in texts.surfaces)
            for place in question.places
        )

    def _shown(self, question: Question, item: str, texts: _Texts) -> tuple[float, float]:
        """Return whether the item has what is asked for, and whether it lacks it."""
        facets = lexicon().facets_asked(question.text)
        if not facets and not question.expectations:
            return 0.0, 0.0
        has = any(facet in self._items[item].facets for facet in facets) or any(
            one.shows.search(texts.body) for one in question.expectations
        )
        return float(has), float(not has)


def _two_best(
    cosines: NDArray[np.float32], owner: NDArray[np.int32], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the best and the second best cosine of each owner."""
    best = np.full(count, -1.0, np.float32)
    second = np.full(count, -1.0, np.float32)
    order = np.argsort(cosines)
    best[owner[order]] = cosines[order]  # the last one written is the greatest
    rest = order[cosines[order] < best[owner[order]]]
    second[owner[rest]] = cosines[rest]
    return best, np.maximum(second, best - 0.3)


def _coverages(question: Question, texts: _Texts) -> tuple[float, float, float, float]:
    """Return the coverage by all surfaces, by the best one, by the item; and the strangers."""
    joined = " ".join(texts.surfaces)
    whole = texts.whole
    return (
        question.coverage(joined),
        max(map(question.coverage, texts.surfaces), default=0.0),
        question.coverage(whole),
        float(question.strangers(whole)),
    )
