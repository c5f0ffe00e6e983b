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
    "headed",  # cosine of the sentence with its headings, scaled
    "bare",  # the same without headings, or of the question the passage answers
    "cover_span",  # rarity-weighted share of the question's terms in the sentence and headings
    "cover_passage",  # the same for the whole passage
    "gap",  # how far the passage is behind the best of its kind of source
    "shown",  # the kind of answer asked for (a sum, a place) is in the sentence
    "not_shown",  # it is asked for and is not there
    "strange_span",  # terms of which the sentence and its headings lack even a character
    "strange_passage",  # the same for the whole passage
    "other_topic",  # known topics in the question that the document mentions by no name
    "terms",  # how many terms the question has
)
COSINE_SCALE = 30.0  # cosines of this model differ by hundredths


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
        return sigmoid(total)


def sigmoid(total: float) -> float:
    """Return the probability, 0 to 1, that a sum of weighted measures stands for."""
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
    question: Question, span: str, around: Around, *, cosines: tuple[float, float], gap: float
) -> tuple[float, ...]:
    """Return the features of one sentence, in the order of ``FEATURES``."""
    shown = [one for one in question.expectations if one.shows.search(span)]
    near = f"{around.heading} {span}"
    return (
        cosines[0] * COSINE_SCALE,
        cosines[1] * COSINE_SCALE,
        question.coverage(near),
        question.coverage(around.passage),
        min(gap, 4.0),
        float(bool(shown)),
        float(bool(question.expectations) and not shown),
        float(question.strangers(near)),
        float(question.strangers(around.passage)),
        float(question.foreign_topics(around.document)),
        float(len(question.terms)),
    )


def around_of(passage: Passage, document: str) -> Around:
    """Return the texts around the sentences of a passage, normalised once."""
    head = normalised(
        " ".join([passage.document, passage.context, passage.label, *passage.surfaces])
    )
    return Around(heading=head, passage=f"{head} {normalised(passage.text)}", document=document)
