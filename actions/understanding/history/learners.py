"""The learners: linear machines over the terms, and the table of terms they look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actions.understanding.history.terms import BLOCKS, Worded

if TYPE_CHECKING:  # rasa-sdk imports every module of actions: these are for training only
    from scipy.sparse import csr_matrix

MANY_ROWS = 1000  # from here on a term must stand in two messages
STRONG, RARE = 0.3, 0.1  # penalties: how closely a learner follows its rows

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Learner:
    """Looks at some blocks of terms, as they are or weighed by their ratio between labels."""

    blocks: tuple[str, ...]
    by_ratio: bool
    penalty: float


LEARNERS = (
    Learner(tuple(BLOCKS), by_ratio=False, penalty=STRONG),
    Learner(("words", "first words"), by_ratio=True, penalty=RARE),
    Learner(("characters", "first characters"), by_ratio=True, penalty=RARE),
)


@dataclass(frozen=True, slots=True)
class Plane:
    """What a learner found: ``weights`` (terms, labels) and ``bias`` (labels,)."""

    weights: NDArray[np.float32]
    bias: Floats

    def points(self, terms: "csr_matrix") -> Floats:
        """Return the evidence (rows, labels)."""
        return np.asarray(terms @ self.weights + self.bias)


class TermTable:
    """The terms of many messages: per block one row a message, each of unit length."""

    def __init__(self, messages: Sequence[Worded]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vocabularies: dict[str, list[str]] = {}
        self.rarities: dict[str, NDArray[np.float32]] = {}
        self._terms: dict[str, csr_matrix] = {}
        for name, terms_of in BLOCKS.items():
            vectorizer = TfidfVectorizer(
                analyzer=terms_of,
                sublinear_tf=True,
                min_df=2 if len(messages) >= MANY_ROWS else 1,
                dtype=np.float32,
            )
            self._terms[name] = vectorizer.fit_transform(messages).tocsr()
            self.vocabularies[name] = list(map(str, vectorizer.get_feature_names_out()))
            self.rarities[name] = np.asarray(vectorizer.idf_, np.float32)

    def of(self, blocks: Sequence[str]) -> "csr_matrix":
        """Return the named blocks side by side."""
        from scipy.sparse import hstack

        return hstack([self._terms[name] for name in blocks]).tocsr()

    def split(self, blocks: Sequence[str], weights: Floats) -> Mapping[str, Floats]:
        """Return what belongs to each of the named blocks."""
        ends = np.cumsum([len(self.vocabularies[name]) for name in blocks])
        return dict(zip(blocks, np.split(weights, ends[:-1]), strict=True))


def fit(learner: Learner, terms: "csr_matrix", truth: Labels, labels: int) -> Plane:
    """Return one plane for each label against all others, about their common mean."""
    weights = np.zeros((terms.shape[1], labels), np.float32)
    bias = np.full(labels, -1.0)
    for label in range(labels):
        is_it = truth == label
        if 0 < is_it.sum() < len(truth):
            weights[:, label], bias[label] = _separate(learner, terms, is_it)
    return Plane(weights - weights.mean(1, keepdims=True), bias - bias.mean())


def _separate(learner: Learner, terms: "csr_matrix", is_it: Mask) -> tuple[Floats, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=learner.penalty, random_state=0)
    if not learner.by_ratio:
        machine.fit(terms, is_it)
        return machine.coef_.ravel(), float(machine.intercept_[0])
    ratio = _log_ratio(terms, is_it)
    machine.fit(terms.multiply(ratio).tocsr(), is_it)
    return machine.coef_.ravel() * ratio, float(machine.intercept_[0])


def _log_ratio(terms: "csr_matrix", is_it: Mask) -> NDArray[np.float32]:
    """Return how much more of the label's terms than of the others' each term is."""
    stands = terms.astype(bool).astype(np.float32)
    inside = np.asarray(stands[is_it].sum(0)).ravel() + 1
    outside = np.asarray(stands[~is_it].sum(0)).ravel() + 1
    ratio = np.log(inside / inside.sum() / (outside / outside.sum()))
    return np.asarray(ratio, np.float32)
