"""Judges whether words of a passage answer a question: a small logistic model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.bm25 import normalised
from knowledge.item import Passage
from knowledge.question import Question

WEIGHTS = Path(__file__).with_name("evidence.yml")
FEATURES = (
    "dense_span",  # z-score of the sentence's cosine
    "dense_passage",  # z-score of the passage's nearest row
    "lexical",  # z-score of BM25, damped
    "cover_span",  # rarity-weighted share of the question's terms in the sentence and its headings
    "cover_passage",  # the same for the whole passage
    "cover_document",  # the same for the whole document
    "missing",  # the heaviest run of terms the passage lacks
    "gap",  # how far behind the best passage this one is
    "shown",  # the kind of answer asked for (a sum, a place) is in the sentence
    "not_shown",  # it is asked for and is not there
    "number_missing",  # a number of the question is nowhere in the passage
    "short",  # the question has few terms
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of a passage with the measures of its fit."""

    passage: int
    start: int
    end: int
    features: tuple[float, ...]
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceModel:
    """Weights of a logistic regression and the probability from which an answer is given."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability, 0 to 1, that the sentence answers the question."""
        total = self.bias + sum(
            self.weights[name] * value for name, value in zip(FEATURES, features, strict=True)
        )
        return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@cache
def evidence_model() -> EvidenceModel:
    """Return the shipped weights."""
    fitted = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return EvidenceModel(
        bias=fitted["bias"], weights=fitted["weights"], threshold=fitted["threshold"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The normalised texts around a sentence, widest last."""

    heading: str
    passage: str
    document: str


def measure(
    question: Question,
    span: str,
    around: Around,
    *,
    dense: tuple[float, float],
    lexical: float,
    gap: float,
) -> tuple[float, ...]:
    """Return the features of one sentence, in the order of ``FEATURES``."""
    near = f"{around.heading} {span}"
    shown = [one for one in question.expectations if one.shows.search(span)]
    lacking = [number for number in question.numbers if number not in around.passage]
    return (
        dense[0],
        dense[1],
        min(lexical, 12.0) / 4,
        question.coverage(near),
        question.coverage(around.passage),
        question.coverage(around.document),
        min(question.missing_peak(around.passage) / 8, 4.0),
        min(gap, 4.0),
        float(bool(shown)),
        float(bool(question.expectations) and not shown),
        float(bool(lacking)),
        float(len(question.terms) <= 3),
    )


def around_of(passage: Passage, document: str) -> Around:
    """Return the texts around the sentences of a passage, normalised once."""
    head = normalised(
        " ".join([passage.document, passage.context, passage.label, *passage.surfaces])
    )
    return Around(heading=head, passage=f"{head} {normalised(passage.text)}", document=document)
