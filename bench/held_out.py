"""Understanding of utterances that nothing was trained with: intents, and what is out of scope.

    python -m bench.nlu --held-out

Features and classifiers are those of Rasa's components, as in ``bench.nlu``; the decision on
what is out of scope is that of ``components.scope`` and the fallback, with the limits of
``config.yml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from bench.examples import Example, embedded, read_examples
from bench.words import characters

UTTERANCES = Path(__file__).with_name("data") / "utterances"
CONFIG = Path(__file__).resolve().parents[1] / "config.yml"
OUT_OF_SCOPE = "out_of_scope"
ACCEPTED = 0.95  # of what is in scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of seeing a sentence; ``weight`` 0 leaves the embedding out."""

    name: str
    counted: tuple[Mapping[str, Any], ...]  # settings of CountVectorizer
    weight: float = 0.0


WORDS = {"analyzer": "word", "token_pattern": r"(?u)\b\w+\b"}
WAYS = (
    Way(
        name="Rasa's sparse default: words, characters 1-4 within words",
        counted=(WORDS, {"analyzer": "char_wb", "ngram_range": (1, 4)}),
    ),
    Way(
        name="characters 1-2", counted=({"analyzer": "char", "ngram_range": (1, 2), "min_df": 2},)
    ),
    Way(
        name="characters 1-2 + embedding ×8 (shipped)",
        counted=({"analyzer": "char", "ngram_range": (1, 2), "min_df": 2},),
        weight=8,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one way thinks of the held-out utterances."""

    classes: NDArray[np.str_]
    shares: NDArray[np.float64]  # shape (utterances, classes), rows sum to 1
    expected: NDArray[np.str_]
    training_s: float

    @property
    def is_in_scope(self) -> NDArray[np.bool_]:
        """Return which utterances are the community's business."""
        return np.asarray(self.expected != OUT_OF_SCOPE)

    @property
    def out_of_scope(self) -> NDArray[np.float64]:
        """Return how probable each is out of scope."""
        return self.shares[:, list(self.classes).index(OUT_OF_SCOPE)]


def read_utterances(folder: Path = UTTERANCES) -> list[Example]:
    """Return every held-out utterance with its intent."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for intent, texts in yaml.safe_load(path.read_text("utf-8")).items():
            found += [Example(str(text), intent) for text in texts]
    return found


def run(console: Console) -> None:
    """Print both tables."""
    training, testing = read_examples(), read_utterances()
    intents = Table(title=f"{len(testing)} utterances, {len(training)} examples")
    scope = Table(title=f"out of scope: recall where {ACCEPTED:.0%} of the rest is accepted")
    for column in ("features", "accuracy in scope", "macro-F1 in scope", "training, s"):
        intents.add_column(column)
    for column in ("features", "1 - greatest share", "share of out_of_scope"):
        scope.add_column(column)
    for way in WAYS:
        judged = judge(way, training, testing)
        intents.add_row(way.name, *_of_intents(judged), f"{judged.training_s:.1f}")
        greatest = recall_at(judged, 1 - judged.shares.max(axis=1))
        own = recall_at(judged, judged.out_of_scope)
        scope.add_row(way.name, f"{greatest:.3f}", f"{own:.3f}")
    console.print(intents)
    console.print(scope)
    refused = refused_by_settings(judged)
    recall, accepted = refused[~judged.is_in_scope].mean(), (~refused[judged.is_in_scope]).mean()
    console.print(
        f"As configured: recall {recall:.3f}, accepted {accepted:.3f} of what is in scope."
    )


def judge(way: Way, training: list[Example], testing: list[Example]) -> Judged:
    """Return what a classifier on these features thinks."""
    texts = [[characters(one.text) for one in examples] for examples in (training, testing)]
    parts: list[tuple[csr_matrix, csr_matrix]] = []
    for settings in way.counted:
        counter = CountVectorizer(**settings)
        parts.append((counter.fit_transform(texts[0]), counter.transform(texts[1])))
    if way.weight:
        rows = [embedded([one.text for one in examples]) for examples in (training, testing)]
        parts.append((csr_matrix(rows[0] * way.weight), csr_matrix(rows[1] * way.weight)))
    seen, unseen = (hstack(part, format="csr") for part in zip(*parts, strict=True))
    begin = perf_counter()
    classifier = LogisticRegression(
        solver="lbfgs", max_iter=100, class_weight="balanced", tol=0.001, random_state=42
    ).fit(seen, [one.intent for one in training])
    return Judged(
        classes=classifier.classes_,
        shares=classifier.predict_proba(unseen),
        expected=np.array([one.intent for one in testing]),
        training_s=perf_counter() - begin,
    )


def recall_at(judged: Judged, suspicion: NDArray[np.float64]) -> float:
    """Return the share found of what is out of scope, at the threshold that accepts enough."""
    limit = np.quantile(suspicion[judged.is_in_scope], ACCEPTED)
    return float((suspicion[~judged.is_in_scope] > limit).mean())


def refused_by_settings(judged: Judged) -> NDArray[np.bool_]:
    """Return which utterances the pipeline takes for out of scope or does not understand."""
    pipeline = yaml.safe_load(CONFIG.read_text("utf-8"))["pipeline"]
    settings = {component["name"].rsplit(".", 1)[-1]: component for component in pipeline}
    fallback, scope = settings["FallbackClassifier"], settings["ScopeDetector"]
    ranked = np.sort(judged.shares, axis=1)
    is_doubtful = (ranked[:, -1] < fallback["threshold"]) | (
        ranked[:, -1] - ranked[:, -2] < fallback["ambiguity_threshold"]
    )
    others = np.where(judged.classes == OUT_OF_SCOPE, 0.0, judged.shares).max(axis=1)
    limit = np.maximum(scope["min_confidence"], scope["min_share"] * others)
    return np.asarray(is_doubtful | (judged.out_of_scope >= limit))


def _of_intents(judged: Judged) -> tuple[str, str]:
    found = judged.classes[judged.shares.argmax(axis=1)][judged.is_in_scope]
    expected = judged.expected[judged.is_in_scope]
    names = sorted(set(expected.tolist()))
    macro = f1_score(expected, found, labels=names, average="macro")
    return f"{(found == expected).mean():.3f}", f"{macro:.3f}"
