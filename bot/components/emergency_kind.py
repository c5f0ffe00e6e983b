"""Tells what kind of emergency a message most likely is of, and how surely.

A logistic regression on the vector beside characters and signs, as the alarm is learnt
(``components.emergency_classifier``). Training needs scikit-learn; judging needs numpy alone.
"""

import json
import math
from pathlib import Path
from typing import List, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from components.emergency_classifier import MIN_COUNT, Signs

WEIGHT = 8.0  # of the vector
WEIGHT_OF_SIGNS = 6.0  # of characters and signs beside it
ROUNDS = 200
FEWEST = 3  # kinds; of two, scikit-learn keeps one row of weights


class LearntKinds(NamedTuple):
    """What training found; arrays are float32."""

    kinds: Sequence[str]
    of_signs: Mapping[str, float]  # how rare each is
    weights: np.ndarray  # of the vector and the constant, shape (kinds, dim + 1)
    weights_of_signs: np.ndarray  # shape (signs, kinds), in the order of ``of_signs``


class KindClassifier:
    """What was learnt from the emergencies whose kind is known."""

    def __init__(self, signs: Signs, learnt: LearntKinds) -> None:
        """Keep the weights."""
        self._signs = signs
        self._learnt = learnt
        self._places = {sign: place for place, sign in enumerate(learnt.of_signs)}
        self._rare = np.array(list(learnt.of_signs.values()), dtype=np.float32)

    @classmethod
    def learn(
        cls, signs: Signs, texts: Sequence[str], rows: np.ndarray, kinds: Sequence[str]
    ) -> "KindClassifier":
        """Return what the plain texts teach that have a kind; ``rows`` has shape (n, dim)."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        dim = rows.shape[1]
        named = [place for place, kind in enumerate(kinds) if kind]
        if len({kinds[place] for place in named}) < FEWEST:
            nothing = np.zeros((0, dim + 1), np.float32), np.zeros((0, 0), np.float32)
            return cls(signs, LearntKinds([], {}, *nothing))
        counter = TfidfVectorizer(analyzer=signs.of, min_df=MIN_COUNT, binary=True)
        found = counter.fit_transform([texts[place] for place in named])
        vectors = csr_matrix(rows[named] * WEIGHT)
        model = LogisticRegression(max_iter=ROUNDS)
        model.fit(
            hstack([vectors, found * WEIGHT_OF_SIGNS]).tocsr(), [kinds[place] for place in named]
        )
        weights = np.column_stack([model.coef_[:, :dim] * WEIGHT, model.intercept_])
        of_signs = model.coef_[:, dim:].T * WEIGHT_OF_SIGNS
        names = counter.get_feature_names_out().tolist()
        learnt = LearntKinds(
            kinds=[str(kind) for kind in model.classes_],
            of_signs=dict(zip(names, counter.idf_.tolist())),
            weights=weights.astype(np.float32),
            weights_of_signs=of_signs.astype(np.float32),
        )
        return cls(signs, learnt)

    def likeliest(self, text: str, row: np.ndarray) -> Tuple[str, float]:
        """Return the kind that the plain text is most likely of, and how likely, 0 to 1.

        ``row`` is float32, shape (dim,); the kind is empty if none was learnt.
        """
        learnt = self._learnt
        if not learnt.kinds:
            return "", 0.0
        scores = learnt.weights[:, :-1] @ row + learnt.weights[:, -1]
        met: List[int] = [self._places[one] for one in self._signs.of(text) if one in self._places]
        if met:
            rare = self._rare[met]
            scores = scores + (rare / math.sqrt(float(rare @ rare))) @ learnt.weights_of_signs[met]
        shares = np.exp(scores - scores.max())
        best = int(np.argmax(shares))
        return learnt.kinds[best], float(shares[best] / shares.sum())

    def save(self, folder: Path) -> None:
        """Write the weights, which know characters, signs and vectors but no sentence."""
        learnt = self._learnt
        np.savez(folder / "kinds.npz", of_rows=learnt.weights, of_signs=learnt.weights_of_signs)
        content = {"kinds": list(learnt.kinds), "of_signs": dict(learnt.of_signs)}
        (folder / "kinds.json").write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, signs: Signs, folder: Path) -> "KindClassifier":
        """Read what was saved."""
        content = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))
        with np.load(folder / "kinds.npz") as arrays:
            weights = arrays["of_rows"], arrays["of_signs"]
        return cls(signs, LearntKinds(content["kinds"], content["of_signs"], *weights))
