"""Fits the model that judges sentences of added documents: how to rank, and when to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bench.evidence_cases import Case
from knowledge.evidence import (
    DOCUMENT_WEIGHTS,
    FEATURES,
    JUDGED,
    Candidate,
    EvidenceModel,
    judged,
)
from knowledge.question import view
from knowledge.quoting import quoted_too, window

FOLDS = 7
RANK_STRENGTH = 0.03  # of the penalty on the ranking weights, for each question
JUDGE_STRENGTH = 0.02  # inverse of the penalty on the judging weights
BY_ITEMS = 0.04  # of the unanswerable questions shipped items answer this share nevertheless
SHARED = FEATURES.index("cover_passage")  # from here on all sentences of a document are alike
RANKED = tuple(
    name
    for name in (*FEATURES[:SHARED], "cover_passage", "title", "other_topic", "words_document")
)

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The candidates of one question, and which of them, quoted, hold the fact."""

    case: Case
    features: Rows
    owners: Sequence[str]
    passages: Sequence[int]
    spans: Sequence[tuple[int, int]]
    quotes: Sequence[tuple[int, int]]
    texts: Sequence[str]

    def right(self) -> NDArray[np.bool_]:
        """Return which sentences, quoted alone, hold the fact."""
        return np.array(
            [
                self.case.has_answer(text[start:end])
                for text, (start, end) in zip(self.texts, self.quotes, strict=True)
            ],
            bool,
        )


def fit_ranks(measured: Sequence[Measured]) -> dict[str, float]:
    """Return weights with which right sentences come before the others (conditional logit)."""
    columns = [FEATURES.index(name) for name in RANKED]
    lists = [
        (one.features[:, columns], right)
        for one in measured
        if (right := one.right()).any() and not right.all()
    ]
    every = np.vstack([rows for rows, _ in lists])
    width = every.std(axis=0) + 1e-6
    every = every / width
    right = np.concatenate([kept for _, kept in lists])
    sizes = [len(rows) for rows, _ in lists]
    begins = np.cumsum([0, *sizes])[:-1]
    segment = np.repeat(np.arange(len(lists)), sizes)
    penalty = RANK_STRENGTH * len(lists)

    def loss(weights: Rows) -> tuple[float, Rows]:
        scores = every @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, begins)[segment])
        total = np.add.reduceat(raised, begins)
        good = np.add.reduceat(np.where(right, raised, 0), begins) + 1e-12
        slope = raised / total[segment] - np.where(right, raised, 0) / good[segment]
        value = np.log(total).sum() - np.log(good).sum() + penalty * weights @ weights / 2
        return float(value), every.T @ slope + penalty * weights

    found = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x / width
    return {name: round(float(value), 4) for name, value in zip(RANKED, found, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a question's best sentence is judged by, and whether it is right."""

    row: Sequence[float]
    is_right: bool
    has_fact: bool


def judgements(ranks: dict[str, float], measured: Sequence[Measured]) -> list[Judgement]:
    """Return one judgement for each question that has candidates."""
    model = EvidenceModel(ranks=ranks, bias=0.0, judges={}, threshold=0.5)
    found = []
    for one in measured:
        if not len(one.features):
            found.append(Judgement(row=(), is_right=False, has_fact=one.case.fact is not None))
            continue
        scores = model.scores(one.features)
        best = int(np.argmax(scores))
        same = np.array([owner == one.owners[best] for owner in one.owners], bool)
        found.append(
            Judgement(
                row=judged(one.features, scores, same, best),
                is_right=one.case.has_answer(told(one, scores, best)),
                has_fact=one.case.fact is not None,
            )
        )
    return found


def told(one: Measured, scores: Rows, best: int) -> str:
    """Return all words that would be quoted."""
    first = quoted(one, scores, best)
    rest = [
        at
        for at in np.argsort(-scores, kind="stable")
        if at != best and one.owners[at] == one.owners[best]
    ]
    texts = [one.texts[at][slice(*one.quotes[at])] for at in rest]
    at = quoted_too(first, float(scores[best]), zip(scores[rest].tolist(), texts, strict=True))
    return first if at is None else f"{first}\n{texts[at]}"


def quoted(one: Measured, scores: Rows, best: int) -> str:
    """Return what would be quoted around the best sentence."""
    others = [
        Candidate(
            passage=one.passages[at], start=span[0], end=span[1], features=(), score=float(score)
        )
        for at, (span, score) in enumerate(zip(one.spans, scores, strict=True))
        if one.passages[at] == one.passages[best]
    ]
    if one.quotes[best] != one.spans[best]:
        start, end = one.quotes[best]
    else:
        chosen = next(other for other in others if other.start == one.spans[best][0])
        asked = view(one.case.question, lambda term: 1.0)
        start, end = window(asked, one.texts[best], chosen, others)
    return one.texts[best][start:end]


def fit(measured: Sequence[Measured]) -> EvidenceModel:
    """Return both models; the threshold is where answers and refusals are both most frequent."""
    ranks = fit_ranks(measured)
    found = [one for one in judgements(ranks, measured) if one.row]
    rows = np.array([one.row for one in found])
    centre, width = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    judge = LogisticRegression(C=JUDGE_STRENGTH, max_iter=3000)
    judge.fit((rows - centre) / width, [one.is_right for one in found])
    weights = judge.coef_[0] / width
    bias = float(judge.intercept_[0] - weights @ centre)
    named = {name: round(float(value), 4) for name, value in zip(JUDGED, weights, strict=True)}
    return EvidenceModel(ranks=ranks, bias=round(bias, 4), judges=named, threshold=0.5)


def outcomes(model: EvidenceModel, measured: Sequence[Measured]) -> list[tuple[float, bool, bool]]:
    """Return for each question the probability, if the answer is right, if there is a fact."""
    return [
        (model.probability(one.row) if one.row else 0.0, one.is_right, one.has_fact)
        for one in judgements(dict(model.ranks), measured)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What a model that has not seen a document makes of a question to it."""

    file: str
    outcome: tuple[float, bool, bool]


def held_out(measured: Sequence[Measured]) -> list[HeldOut]:
    """Return the outcomes of each document's questions by a model fitted on other documents."""
    files = sorted({one.case.file for one in measured})
    found: list[HeldOut] = []
    for fold in range(FOLDS):
        apart = set(files[fold::FOLDS])
        model = fit([one for one in measured if one.case.file not in apart])
        rest = [one for one in measured if one.case.file in apart]
        found += [
            HeldOut(file=one.case.file, outcome=outcome)
            for one, outcome in zip(rest, outcomes(model, rest), strict=True)
        ]
    return found


def rates(found: Sequence[tuple[float, bool, bool]], threshold: float) -> tuple[float, float]:
    """Return the share of facts shown and the share of unanswerable questions refused."""
    shown = [score >= threshold and right for score, right, has_fact in found if has_fact]
    refused = [score < threshold for score, _, has_fact in found if not has_fact]
    return float(np.mean(shown)), float(np.mean(refused))


def best_threshold(found: Sequence[tuple[float, bool, bool]]) -> float:
    """Return where right answers and refusals are both most frequent."""
    steps = np.arange(0.1, 0.9, 0.01)
    worth = [_worth(*rates(found, step)) for step in steps]
    best = np.flatnonzero(np.isclose(worth, max(worth)))
    return round(float(steps[best].mean()), 3)


def _worth(shown: float, refused: float) -> float:
    refused -= BY_ITEMS
    return min(shown, refused) + 0.5 * (shown + refused)


def write_weights(models: Mapping[str, EvidenceModel]) -> None:
    """Write the weights where the product reads them."""
    head = (
        "# Weights of the models for added documents (knowledge/evidence.py says what each\n"
        "# measures): `ranks` orders sentences, `judges` says whether the best one answers;\n"
        "# `read` where the reader has read the sentences, `unread` where there is none, and to\n"
        "# choose what is read.\n"
        "# Fitted by `python -m bench.evidence --fit`, `unread` on bench/data/evidence alone;\n"
        "# the threshold is where answers and refusals of documents not fitted on are both "
        "frequent.\n"
    )
    body = {
        name: {
            "ranks": dict(model.ranks),
            "bias": model.bias,
            "judges": dict(model.judges),
            "threshold": model.threshold,
        }
        for name, model in models.items()
    }
    text = head + yaml.safe_dump(body, sort_keys=False)
    DOCUMENT_WEIGHTS.write_text(text, encoding="utf-8")


def with_threshold(model: EvidenceModel, threshold: float) -> EvidenceModel:
    """Return the same weights with another threshold."""
    return replace(model, threshold=threshold)
