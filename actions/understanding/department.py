"""Which department class (业务部门大类) a message is routed to, without any training."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from actions.understanding.vectors import Embed

PATH = Path(__file__).with_name("departments.yml")
HEAD = 60  # characters; what stands first says what the message is about
EMBEDDING_SHARE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One department class, what it deals with, and the words that point to it."""

    name: str
    description: str
    keywords: Mapping[str, float]


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

    def department_of(self, plain: str) -> str:
        """Return the department class, or an empty text if nothing points anywhere."""
        points = self.points(plain)
        best = int(np.argmax(points))
        return self._departments[best].name if points[best] > 0 else ""

    def points(self, plain: str) -> NDArray[np.float64]:
        """Return the evidence for each class, in their order."""
        points = np.array([_points(plain, one.keywords) for one in self._departments])
        if self._embed is not None and self._vectors is not None:
            cosine = self._vectors @ self._embed([plain[:400]])[0]
            points = points + EMBEDDING_SHARE * (cosine - cosine.mean())
        return points


def _points(plain: str, keywords: Mapping[str, float]) -> float:
    head = plain[:HEAD]
    total = 0.0
    for word, weight in keywords.items():
        count = plain.count(word)
        if count:
            total += weight * (math.log1p(count) + (1.5 if word in head else 0.0))
    return total
