"""Learn a model from labelled messages, and judge every one by models that had not seen it.

Three learners look at the terms, each in its own way: a linear SVM at all of them, one at the
words and one at the characters after each term was weighed by how much more often it stands in
one label than in the others (NB-SVM: Wang and Manning, 2012). A logistic regression on their
held-out points decides whom to believe, which also makes the shares honest; while the rows are
few it hears what ships as well. All of it is linear, so what is kept is one number for each term
and label.
"""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np

from actions.understanding.history.errors import HistoryScantError
from actions.understanding.history.learners import (
    LEARNERS,
    Floats,
    Labels,
    Learner,
    Plane,
    TermTable,
    fit,
)
from actions.understanding.history.model import Block, HistoryModel
from actions.understanding.history.rows import LabelledMessage
from actions.understanding.history.terms import BLOCKS, LONG, Worded, worded
from actions.understanding.normalise import normalise

FOLDS, FEWEST_ROWS = 5, 20
TRUST = 0.1  # penalty of the judge
THREADS = 2


@dataclass(frozen=True, slots=True)
class Lesson:
    """A model, and the shares (rows, labels) that rows got from models which had not seen them."""

    model: HistoryModel
    held_out: Floats


@dataclass(frozen=True, slots=True)
class Advice:
    """How what ships leans on each row: ``leanings`` (rows, advisers)."""

    advisers: tuple[str, ...]
    leanings: Floats


def prepare(rows: Sequence[LabelledMessage]) -> list[Worded]:
    """Return the messages in the form that their terms are taken from."""
    return [worded(normalise(row.text[:LONG]), row.words) for row in rows]


def learn(
    messages: Sequence[Worded], given: Sequence[str], today: date, advice: Advice | None = None
) -> Lesson:
    """Learn from messages and the label of each.

    Raises:
        HistoryScantError: there are too few rows, or too few of any two labels.
    """
    labels, truth, sizes = np.unique(np.array(given), return_inverse=True, return_counts=True)
    if len(given) < FEWEST_ROWS or np.sum(sizes > 1) < 2:
        raise HistoryScantError(f"至少需要 {FEWEST_ROWS} 行,并且有两个类别各在两行以上。")
    table = TermTable(messages)
    folds = _folds(truth)
    views, planes = [], []
    for learner in LEARNERS:
        points, plane = _study(learner, table, truth, folds)
        spread = float(points.std()) or 1.0
        views.append(points / spread)
        planes.append(Plane(plane.weights / np.float32(spread), plane.bias / spread))
    own = sum(view.shape[1] for view in views)
    seen = np.hstack([*views, advice.leanings] if advice else views)
    held_out = np.zeros(views[0].shape)
    for fold in range(folds.max() + 1):
        new = folds == fold
        trust, bias = _judge(seen[~new], truth[~new], len(labels))
        held_out[new] = _shares(seen[new] @ trust + bias)
    trust, bias = _judge(seen, truth, len(labels))
    blocks, offset = _joined(table, planes, np.split(trust[:own], len(LEARNERS)))
    model = HistoryModel(
        labels=tuple(map(str, labels)),
        bias=(bias + offset).astype(np.float32),
        blocks=blocks,
        advisers=advice.advisers if advice else (),
        trust=trust[own:].astype(np.float32) if advice else None,
        rows=len(given),
        trained_on=today.isoformat(),
    )
    return Lesson(model, held_out)


def _folds(truth: Labels) -> Labels:
    """Return the fold of each row; every label is spread over them as evenly as can be."""
    order = np.random.default_rng(0).permutation(len(truth))
    folds = np.empty(len(truth), np.intp)
    for label in range(truth.max() + 1):
        own = order[truth[order] == label]
        folds[own] = (np.arange(len(own)) + label) % FOLDS
    return folds


def _study(
    learner: Learner, table: TermTable, truth: Labels, folds: Labels
) -> tuple[Floats, Plane]:
    """Return the points of each row by a plane that had not seen it, and the plane of all rows."""
    terms, labels = table.of(learner.blocks), truth.max() + 1
    known = [np.ones(len(truth), bool), *(folds != fold for fold in range(folds.max() + 1))]

    def learn_from(part: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Plane:
        return fit(learner, terms[part], truth[part], labels)

    with ThreadPoolExecutor(THREADS) as pool:
        plane, *others = pool.map(learn_from, known)
    points = np.zeros((len(truth), labels))
    for fold, other in enumerate(others):
        points[folds == fold] = other.points(terms[folds == fold])
    return points, plane


def _judge(seen: Floats, truth: Labels, labels: int) -> tuple[Floats, Floats]:
    """Return how far to trust each point (points, labels), and the bias (labels,)."""
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping a little early is harmless
        judge = LogisticRegression(C=TRUST, max_iter=200).fit(seen, truth)
    trust, bias = np.zeros((seen.shape[1], labels)), np.full(labels, -9.0)
    coefficients, intercept = judge.coef_, judge.intercept_
    if len(judge.classes_) == 2:
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercept = np.array([-intercept[0], intercept[0]]) / 2
    trust[:, judge.classes_], bias[judge.classes_] = coefficients.T, intercept
    return trust, bias


def _joined(
    table: TermTable, planes: Sequence[Plane], trust: Sequence[Floats]
) -> tuple[dict[str, Block], Floats]:
    """Return the learners' planes as one, and what their biases come to."""
    sums: dict[str, Floats] = {}
    offset = np.zeros(trust[0].shape[1])
    for learner, plane, share in zip(LEARNERS, planes, trust, strict=True):
        offset += plane.bias @ share
        for name, part in table.split(learner.blocks, plane.weights @ share).items():
            sums[name] = sums.get(name, 0.0) + part
    blocks = {
        name: Block(
            {term: row for row, term in enumerate(table.vocabularies[name])},
            table.rarities[name],
            sums[name].astype(np.float32),
        )
        for name in BLOCKS
    }
    return blocks, offset


def _shares(points: Floats) -> Floats:
    raised = np.exp(points - points.max(1, keepdims=True))
    shares: Floats = raised / raised.sum(1, keepdims=True)
    return shares
