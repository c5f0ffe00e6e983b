"""Which department class (业务部门大类) a message is routed to, without any training."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from actions.understanding.vectors import MEANT, Embed

PATH = Path(__file__).with_name("departments.yml")
HEAD = 60  # characters; what stands first says what the message is about
EMBEDDING_SHARE = 60.0
SMOOTHNESS = 0.4  # points; how long a lead must be for confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One department class, what it deals with, and the words that point to it."""

    name: str
    description: str
    keywords: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DepartmentGuess:
    """A department class and how sure one may be of it, from 0 to 1."""

    name: str
    confidence: float


@cache
def load_departments(path: Path = PATH) -> tuple[Department, ...]:
    """Return the department classes in the order of the file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Department(
            name=row["name"],
            description=row["description"],
            keywords=dict(_weighted(word) for word in row["keywords"]),
        )
        for row in rows
    )


def _weighted(word: str | dict[str, float]) -> tuple[str, float]:
    if isinstance(word, dict):
        return next(iter(word.items()))
    return word, max(1.0, len(word) - 1.0)


class DepartmentClassifier:
    """Weighs the words of each department class, and the nearness to its description."""

    def __init__(self, departments: Sequence[Department], embed: Embed | None = None) -> None:
        self._departments = departments
        self._embed = embed
        self._vectors = embed([one.description for one in departments]) if embed else None

    def route(self, plain: str) -> DepartmentGuess | None:
        """Return the department class, or None if nothing points anywhere."""
        leanings = self.leanings(plain)
        best = int(np.argmax(leanings))
        if leanings[best] <= 0:
            return None
        shares = np.exp(leanings - leanings[best])
        return DepartmentGuess(self._departments[best].name, float(1 / shares.sum()))

    def leanings(self, plain: str) -> NDArray[np.float64]:
        """Return the evidence for each class, in their order, comparable between messages."""
        points = self.points(plain)
        return points / _smoothness(points)

    def points(self, plain: str) -> NDArray[np.float64]:
        """Return the evidence for each class, in their order."""
        points = np.array([_points(plain, one.keywords) for one in self._departments])
        if self._embed is not None and self._vectors is not None:
            cosine = self._vectors @ self._embed([plain[:MEANT]])[0]
            points = points + EMBEDDING_SHARE * (cosine - cosine.mean())
        return points


def _smoothness(points: NDArray[np.float64]) -> float:
    """Return how many points a lead must have; long messages give points to many classes."""
    return SMOOTHNESS * (1 + math.sqrt(float(np.abs(points).sum())))


def _points(plain: str, keywords: Mapping[str, float]) -> float:
    head = plain[:HEAD]
    total = 0.0
    for word, weight in keywords.items():
        count = plain.count(word)
        if count:
            total += weight * (math.log1p(count) + (1.5 if word in head else 0.0))
    return total
