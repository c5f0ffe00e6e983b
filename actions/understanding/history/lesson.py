"""``train categories``: which of our tables the labels name, what is gained, and keeping it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from actions.tickets.categories import Category, load_categories
from actions.understanding.category import CategoryClassifier
from actions.understanding.department import DepartmentClassifier, load_departments
from actions.understanding.history.errors import HistoryScantError
from actions.understanding.history.learned import Counsel, Kind, model_path
from actions.understanding.history.model import save
from actions.understanding.history.rows import LabelledMessage
from actions.understanding.history.scoring import calibration_error, f1_of
from actions.understanding.history.terms import LONG
from actions.understanding.history.training import Advice, learn, prepare
from actions.understanding.normalise import normalise

ENOUGH = 700  # rows; from there on what ships only disturbs what was learned

Guesser = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a community's history taught; every F1 is of rows that had not been seen."""

    kind: Kind
    rows: int
    before: Mapping[str, float]  # F1 by label, of what ships
    after: Mapping[str, float]
    calibration_error: float
    path: Path

    @property
    def f1_before(self) -> float:
        """The macro-F1 of what ships."""
        return _mean(self.before)

    @property
    def f1_after(self) -> float:
        """The macro-F1 of what was learned."""
        return _mean(self.after)


def train(rows: Sequence[LabelledMessage], home: Path, today: date) -> Gain:
    """Learn departments or categories from labelled messages and keep the model in ``home``.

    Labels that are all categories of ours, by code or name, teach categories; any others teach
    departments, and stay as they are.

    Raises:
        HistoryScantError: there are too few rows, or what ships does better; nothing is kept.
    """
    codes = _codes(load_categories())
    is_category = bool(rows) and all(row.label in codes for row in rows)
    kind = Kind.CATEGORY if is_category else Kind.DEPARTMENT
    labels = [codes[row.label] if is_category else row.label for row in rows]
    plain = [normalise(row.text[:LONG]) for row in rows]
    lesson = learn(prepare(rows), labels, today, None if is_category else advice_on(plain))
    names, best = np.array(lesson.model.labels), lesson.held_out.argmax(1)
    after = f1_of(labels, list(map(str, names[best])))
    guess = _shipped(kind)
    before = f1_of(labels, [guess(one) for one in plain])
    if _mean(after) < _mean(before):
        raise HistoryScantError(
            f"这 {len(rows)} 行还不够:学到的宏平均 F1 为 {_mean(after):.3f},"
            f"自带的为 {_mean(before):.3f},因此保持原样。请提供更多数据。"
        )
    path = model_path(home, kind)
    save(lesson.model, path)
    return Gain(
        kind=kind,
        rows=len(rows),
        before=before,
        after=after,
        calibration_error=calibration_error(
            lesson.held_out.max(1), names[best] == np.array(labels)
        ),
        path=path,
    )


def advice_on(plain: Sequence[str]) -> Advice | None:
    """Return how the department classes that ship lean on each message, while these are few."""
    if len(plain) >= ENOUGH:
        return None
    counsel = Counsel()
    return Advice(counsel.advisers, np.array([counsel.leanings(one) for one in plain]))


def _codes(categories: Mapping[str, Category]) -> dict[str, str]:
    return {name: one.code for one in categories.values() for name in (one.code, one.name)}


def _shipped(kind: Kind) -> Guesser:
    """Return what guesses the label out of the box, by words alone."""
    if kind is Kind.CATEGORY:
        sorter = CategoryClassifier(load_categories())

        def category(plain: str) -> str:
            found = sorter.guess(plain, top_k=1)
            return found[0].code if found else ""

        return category
    router = DepartmentClassifier(load_departments())

    def department(plain: str) -> str:
        route = router.route(plain)
        return route.name if route else ""

    return department


def _mean(scores: Mapping[str, float]) -> float:
    return sum(scores.values()) / len(scores) if scores else 0.0
