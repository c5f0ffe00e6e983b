"""What was learned here, opened for use: departments and categories that history names."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from actions.tickets.categories import Category
from actions.understanding.category import CategoryGuess
from actions.understanding.department import (
    DepartmentClassifier,
    DepartmentGuess,
    load_departments,
)
from actions.understanding.history.errors import HistoryModelError
from actions.understanding.history.model import FORMAT, HistoryModel, load
from actions.understanding.history.terms import LONG

logger = logging.getLogger(__name__)
SHARE = 0.7  # of what history says beside what ships, which knows categories history never had
ALONE = 0.6  # a share that counts where nothing that ships points anywhere: small talk has less


class Kind(StrEnum):
    """What the labels of a history name."""

    DEPARTMENT = "departments"
    CATEGORY = "categories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The models that were trained here, and what is wrong with those that cannot be read."""

    departments: HistoryModel | None = None
    categories: HistoryModel | None = None
    troubles: tuple[str, ...] = ()

    def about(self) -> dict[str, object]:
        """Return what health says of it."""
        models = {Kind.DEPARTMENT: self.departments, Kind.CATEGORY: self.categories}
        trained = {
            kind.value: {"rows": one.rows, "labels": len(one.labels), "trained_on": one.trained_on}
            for kind, one in models.items()
            if one is not None
        }
        return {**trained, **({"troubles": list(self.troubles)} if self.troubles else {})}


def model_path(home: Path, kind: Kind) -> Path:
    """Return where a model that was trained here lies."""
    return home / "models" / f"{kind}-{FORMAT}.npz"


def open_learned(home: Path) -> Learned:
    """Return what was trained here; a model that cannot be read is left out, and logged."""
    models: dict[Kind, HistoryModel] = {}
    troubles: list[str] = []
    for kind in Kind:
        path = model_path(home, kind)
        try:
            if path.exists():
                models[kind] = load(path)
        except HistoryModelError as error:
            logger.error("%s", error)
            troubles.append(str(error))
    return Learned(
        departments=models.get(Kind.DEPARTMENT),
        categories=models.get(Kind.CATEGORY),
        troubles=tuple(troubles),
    )


class Counsel:
    """How the department classes that ship lean, in the order in which a model asks them."""

    def __init__(self, advisers: Sequence[str] | None = None) -> None:
        departments = {one.name: one for one in load_departments()}
        self.advisers = tuple(departments if advisers is None else advisers)
        known = [departments[name] for name in self.advisers if name in departments]
        self._places = [i for i, name in enumerate(self.advisers) if name in departments]
        self._classifier = DepartmentClassifier(known) if known else None

    def leanings(self, plain: str) -> NDArray[np.float64]:
        """Return one number for each adviser; nought for a class that is no longer there."""
        found = np.zeros(len(self.advisers))
        if self._classifier is not None:
            found[self._places] = self._classifier.leanings(plain)
        return found


class HistoryRouter:
    """Names the department class as a community's history did."""

    def __init__(self, model: HistoryModel) -> None:
        self._model = model
        self._counsel = Counsel(model.advisers)

    def route(self, plain: str) -> DepartmentGuess | None:
        """Return the most likely label."""
        shares = self._model.shares(plain, self._counsel.leanings(plain[:LONG]))
        best = int(shares.argmax())
        return DepartmentGuess(self._model.labels[best], float(shares[best]))


class HistorySorter:
    """Weighs what ships and what history says about the category of a message."""

    def __init__(self, model: HistoryModel, categories: Mapping[str, Category]) -> None:
        self._model, self._categories = model, categories

    def sort(self, plain: str, guesses: list[CategoryGuess], *, top_k: int) -> list[CategoryGuess]:
        """Return the most likely categories, best first."""
        shares = dict(zip(self._model.labels, map(float, self._model.shares(plain)), strict=True))
        if not guesses and max(shares.values()) < ALONE:
            return []
        shipped = {guess.code: guess for guess in guesses}
        found = [
            CategoryGuess(
                code=code,
                name=self._categories[code].name,
                score=self._joined(shares.get(code, 0.0), shipped.get(code), "score"),
                confidence=self._joined(shares.get(code, 0.0), shipped.get(code), "confidence"),
            )
            for code in {*shipped, *shares} & self._categories.keys()
        ]
        return sorted(found, key=lambda guess: (-guess.score, guess.code))[:top_k]

    @staticmethod
    def _joined(share: float, guess: CategoryGuess | None, what: str) -> float:
        other = getattr(guess, what) if guess else 0.0
        return round(SHARE * share + (1 - SHARE) * other, 4)
