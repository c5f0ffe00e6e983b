"""Judges which shipped item a question is about, and whether surely enough to answer from it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import yaml

from knowledge.bm25 import bigrams, normalised
from knowledge.embedder import Vectors
from knowledge.evidence import COSINE_SCALE, WEIGHTS, sigmoid
from knowledge.facets import facets_asked
from knowledge.item import Audience, KnowledgeItem, Passage
from knowledge.nearness import ItemSpace
from knowledge.open_questions import OpenQuestions
from knowledge.question import Question
from knowledge.snapshot import Rows

NEAREST = 8  # items that are looked at closely, besides those named
ITEM_FEATURES = (
    "surface",  # cosine with the nearest of the item's questions and names, scaled
    "body",  # cosine with the nearest of its summary, facets and clauses, scaled
    "near",  # as ``surface`` in the adapted space, where questions about one item are near
    "near_second",  # the next nearest of the item's questions there
    "near_body",  # the nearest of its summary, facets and clauses there
    "lift",  # how far the nearest question stands above all texts, in standard deviations
    "vote",  # logarithm of the item's share of the votes of all known questions by nearness
    "open_near",  # cosine with the nearest open question in the adapted space, scaled
    "open_lead",  # how far the nearest item's question is ahead of the nearest open one
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

    def without(self, questions: Collection[str]) -> "_Texts":
        kept = tuple(one for one in self.surfaces if one not in questions)
        return _Texts(names=self.names, surfaces=kept, body=self.body)


class ItemJudge:
    """Compares a question with every shipped item at once."""

    def __init__(
        self,
        items: Mapping[str, KnowledgeItem],
        passages: Sequence[Passage],
        rows: Rows,
        index: Any,
        opened: OpenQuestions,
        *,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        """Learn from the items how people word the same; not from those kept ``apart``."""
        self.model = item_model()
        self._items = items
        self._names = sorted({one.item for one in passages if one.item in items})
        self._space = ItemSpace(self._names, passages, rows, index, opened, apart=apart)
        self._texts = self._read(passages)
        self._known = {
            term
            for one in self._texts.values()
            for text in (*one.surfaces, one.body)
            for term in bigrams(text)
        }

    @property
    def known(self) -> tuple[str, ...]:
        """Every question of an item and every open one, normalised."""
        return self._space.known

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
        without: Collection[str] = (),
    ) -> list[ItemCandidate]:
        """Return the likeliest items, best first.

        ``background`` is mean and deviation of the query's cosine over every text; ``without`` are
        known questions, normalised, that are to be overlooked, to measure with their like.
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
        without: Collection[str],
    ) -> Iterator[tuple[str, tuple[float, ...]]]:
        near = self._space.nearness(query, without=without)
        first = near.near.copy()
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
            rival = max((first[one] for one in ranked[:2] if one != at), default=-1.0)
            texts = self._texts[self._names[at]]
            texts = texts.without(without) if without else texts
            yield (
                self._names[at],
                (
                    float(near.surface[at]) * COSINE_SCALE,
                    float(near.body[at]) * COSINE_SCALE,
                    float(first[at]) * NEAR_SCALE,
                    float(near.near_second[at]) * NEAR_SCALE,
                    float(near.near_body[at]) * NEAR_SCALE,
                    (float(near.surface[at]) - background[0]) / background[1],
                    float(near.vote[at]),
                    near.open_near * NEAR_SCALE,
                    (float(near.near.max()) - near.open_near) * NEAR_SCALE,
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
        return not self._items[item].elsewhere and any(
            place not in texts.body and not any(place in one for one in texts.surfaces)
            for place in question.places
        )

    def _shown(self, question: Question, item: str, texts: _Texts) -> tuple[float, float]:
        """Return whether the item has what is asked for, and whether it lacks it."""
        facets = facets_asked(question.text)
        if not facets and not question.expectations:
            return 0.0, 0.0
        has = any(facet in self._items[item].facets for facet in facets) or any(
            one.shows.search(texts.body) for one in question.expectations
        )
        return float(has), float(not has)


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
