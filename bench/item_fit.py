"""Fits the model that judges which shipped item answers; see ``bench.golden``."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge.acceptance import ITEM_FEATURES, ItemModel
from knowledge.bm25 import normalised
from knowledge.evidence import WEIGHTS
from knowledge.item import Audience
from knowledge.library import Library

ROUNDS = 6
ALIKE = 0.3  # share of bigrams in common
HARDEST = 2  # wrong items of a question that are learned from
STRENGTH = 1.0
DOUBTFUL = 0.3  # share of a case below which it does not move the thresholds
REFUSED = 0.9  # share of the unanswerable that is to be refused, measured on what is fitted on
REFUSED_ENQUIRY = 0.89


class Asked(Protocol):
    """A question, the items that answer it, and how much it weighs."""

    @property
    def question(self) -> str:
        """Its words."""
        ...

    @property
    def items(self) -> tuple[str, ...]:
        """The items that answer it."""
        ...

    @property
    def audience(self) -> Audience:
        """Who asks."""
        ...

    @property
    def share(self) -> float:
        """Its weight."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The items that may answer one question, and which of them do."""

    case: Asked
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def measure(library: Library, cases: Iterable[Asked]) -> Iterator[Measured]:
    """Yield the candidates of each question, as if nobody had foreseen a question like it."""
    known = [(text, _pairs(text)) for text in library.judge.known]
    for case in cases:
        query = library.embed(case.question)
        found = library.items_for(
            library.question(case.question),
            query,
            case.audience,
            without=alike(case.question, known),
        )
        if found:
            yield Measured(
                case=case,
                features=np.array([one.features for one in found]),
                right=np.array([one.item in case.items for one in found]),
            )


def alike(question: str, known: Iterable[tuple[str, frozenset[str]]]) -> frozenset[str]:
    """Return the known questions that share many bigrams with a question."""
    pairs = _pairs(normalised(question))
    return frozenset(
        text for text, theirs in known if len(pairs & theirs) >= ALIKE * len(pairs | theirs)
    )


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def fit(measured: Sequence[Measured]) -> ItemModel:
    """Return weights learned from each question's right items and its hardest wrong ones."""
    every = np.vstack([one.features for one in measured])
    centre, width = every.mean(axis=0), every.std(axis=0) + 1e-6
    weights, bias = np.zeros(len(ITEM_FEATURES)), 0.0
    weights[ITEM_FEATURES.index("near")] = 1.0
    for _ in range(ROUNDS):
        rows, labels, shares = [], [], []
        for one in measured:
            order = np.argsort(-(one.features @ weights))
            good = [at for at in order if one.right[at]][:1]
            wrong = [at for at in order if not one.right[at]][:HARDEST]
            for chosen, label in ((good, 1), (wrong, 0)):
                rows += [one.features[at] for at in chosen]
                labels += [label] * len(chosen)
                shares += [one.case.share / max(len(chosen), 1)] * len(chosen)
        model = LogisticRegression(C=STRENGTH, max_iter=3000)
        model.fit((np.array(rows) - centre) / width, labels, sample_weight=shares)
        weights = model.coef_[0] / width
        bias = float(model.intercept_[0] - weights @ centre)
    return _with_thresholds(_model(weights, bias), measured)


def _model(weights: NDArray[np.float64], bias: float) -> ItemModel:
    named = {
        name: round(float(value), 4) for name, value in zip(ITEM_FEATURES, weights, strict=True)
    }
    return ItemModel(bias=round(bias, 4), weights=named, threshold=0.5, enquiry_threshold=0.5)


def _with_thresholds(model: ItemModel, measured: Sequence[Measured]) -> ItemModel:
    return replace(
        model,
        threshold=threshold_for(model, measured, REFUSED),
        enquiry_threshold=threshold_for(model, measured, REFUSED_ENQUIRY),
    )


def threshold_for(model: ItemModel, measured: Sequence[Measured], refused: float) -> float:
    """Return the probability below which this share of the unanswerable is."""
    best = [
        max(map(model.probability, one.features))
        for one in measured
        if not one.case.items and one.case.share > DOUBTFUL
    ]
    return round(float(np.quantile(best, refused)), 3)


def write_weights(model: ItemModel) -> None:
    """Write the weights where the product reads them, beside those of the evidence model."""
    text = WEIGHTS.read_text(encoding="utf-8")
    head = text[: text.index("\nitems:") + 1]
    WEIGHTS.write_text(
        head + yaml.safe_dump({"items": asdict(model)}, sort_keys=False), encoding="utf-8"
    )
