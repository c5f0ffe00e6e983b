"""Which category (诉求类别) a complaint belongs to."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from actions.tickets.categories import Category
from actions.understanding.lexicon import load_lexicon, pattern_of
from actions.understanding.vectors import MEANT, BigramSpace, Embed

LONG = 80  # characters; longer messages are judged by their beginning for nearness
KEYWORD_SHARE, NEARNESS_SHARE, EMBEDDING_SHARE = 0.45, 0.75, 4.0
SIGN_POINTS = 0.45  # an expression that fits is worth as much as a few keywords
BACKGROUND_SHARE = 0.45  # of a rant about the property company that names a fault
EMBEDDING_FLOOR = 0.78  # unrelated texts are about this near for the e5 family
SHARPNESS, RIVALS = 9.0, 5  # how fast certainty grows with the lead over the next best
HONESTY = 22.0  # the same between those that are not the first

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGuess:
    """A category, what speaks for it, and how sure one may be of it; both from 0 to 1."""

    code: str
    name: str
    score: float  # what the dialogue's thresholds are set for
    confidence: float = 0.0  # how often such a guess is right

    def as_dict(self) -> dict[str, str | float]:
        """Return the guess as JSON shows it."""
        return {"code": self.code, "name": self.name, "confidence": round(self.confidence, 4)}


class CategoryClassifier:
    """Compares a message with the keywords and examples of every category."""

    def __init__(self, categories: Mapping[str, Category], embed: Embed | None = None) -> None:
        self._categories = [one for one in categories.values() if one.keywords or one.examples]
        rows = [(i, text) for i, one in enumerate(self._categories) for text in _texts(one)]
        self._owners = np.array([owner for owner, _ in rows])
        texts = [text for _, text in rows]
        self._space = BigramSpace(texts)
        self._embed = embed
        self._vectors = embed(texts) if embed else None

    def guess(self, plain: str, *, top_k: int = 3) -> list[CategoryGuess]:
        """Return the most likely categories, best first; none if nothing points anywhere."""
        points = self.points(plain)
        if not points.size or points.max() <= 0.05:
            return []
        best = np.argsort(-points, kind="stable")
        shares = np.exp(SHARPNESS * (points - points.max()))
        certainty = min(1.0, float(points.max()) * 2.5)
        chances = self._chances(points, best)
        scores = shares / shares[best[:RIVALS]].sum() * certainty
        return [
            CategoryGuess(
                code=self._categories[i].code,
                name=self._categories[i].name,
                score=round(float(scores[i]), 4),
                confidence=round(float(chances[i]), 4),
            )
            for i in best[:top_k]
            if points[i] > 0.05
        ]

    def _chances(self, points: Points, best: NDArray[np.intp]) -> Points:
        """Return how often each guess is right: the first by its lead, the rest share the rest.

        The curve is fitted on half of bench/data/categories and kept in ``lexicon.yml``.
        """
        steepness, level = load_lexicon()["confidence"][
            "words" if self._embed is None else "meaning"
        ]
        lead = float(points[best[0]] - points[best[1]]) if len(best) > 1 else 1.0
        first = 1 / (1 + math.exp(-(steepness * lead + level)))
        chances: Points = np.exp(HONESTY * (points - points[best[1 % len(best)]]))
        chances[best[0]] = 0.0
        chances *= (1 - first) / max(float(chances.sum()), 1.0)
        chances = np.minimum(chances, first)
        chances[best[0]] = first
        return chances

    def points(self, plain: str) -> Points:
        """Return the evidence for every category, in the order of the table."""
        keywords = np.array([_keyword_points(plain, one) for one in self._categories])
        near = self._best(self._space.nearness(plain[:LONG]))
        points = KEYWORD_SHARE * keywords + NEARNESS_SHARE * near
        if self._embed is not None and self._vectors is not None:
            cosine = self._vectors @ self._embed([plain[:MEANT]])[0]
            points = points + EMBEDDING_SHARE * self._best(np.maximum(cosine - EMBEDDING_FLOOR, 0))
        points = points + SIGN_POINTS * self._signs(plain)
        return points * self._shares(plain)

    def _signs(self, plain: str) -> Points:
        signs = _signs()
        return np.array(
            [
                float(bool(one.code in signs and signs[one.code].search(plain)))
                for one in self._categories
            ]
        )

    def _shares(self, plain: str) -> Points:
        """Return how much each category's evidence counts; less for what is only background."""
        background = load_lexicon()["background"] if pattern_of("faults").search(plain) else ()
        return np.array(
            [BACKGROUND_SHARE if one.code in background else 1.0 for one in self._categories]
        )

    def _best(self, values: Points) -> Points:
        best = np.zeros(len(self._categories))
        np.maximum.at(best, self._owners, values)
        return best


@cache
def _signs() -> Mapping[str, re.Pattern[str]]:
    rows = load_lexicon()["signs"].items()
    return {code: re.compile("|".join(f"(?:{one})" for one in some)) for code, some in rows}


def _texts(category: Category) -> list[str]:
    return [*category.examples, category.name, category.description]


def _keyword_points(plain: str, category: Category) -> float:
    found = [word for word in category.keywords if word in plain]
    apart = [word for word in found if not any(word != other and word in other for other in found)]
    weight = sum(_weight(word, plain) for word in apart)
    return math.tanh(weight / 2.2)


def _weight(word: str, plain: str) -> float:
    early = 1.0 if plain.find(word) < LONG else 0.6
    return early * math.pow(len(word) - 0.5, 0.8)
