"""Judges whether words of a passage answer a question: two small linear models.

One ranks the sentences of the documents, the other says whether the best of them answers at all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.bm25 import normalised
from knowledge.item import Passage
from knowledge.question import Question
from knowledge.wording import Wording

WEIGHTS = Path(__file__).with_name("evidence.yml")
DOCUMENT_WEIGHTS = Path(__file__).with_name("documents.yml")
KINDS = (  # of what is asked for, as colloquial.yml names them; ``permission`` is beside them
    *("money", "duration", "date", "place", "telephone", "count", "person", "materials"),
    *("penalty", "reason", "effect"),
)
FEATURES = (
    "headed",  # cosine of the sentence with its headings, scaled
    "bare",  # the same without headings, or of the question the passage answers
    "soft_headed",  # as ``headed`` in the evened space of the retriever
    "soft_bare",
    "lift_headed",  # the same in standard deviations above all texts
    "lift_bare",
    "behind_headed",  # how far behind the best sentence of all in the evened space
    "behind_bare",
    "behind_cover",  # how far behind the best ``cover_span``
    "behind_passage",  # how far behind the best ``cover_passage``
    "gap",  # how far the passage is behind the best one found
    "cover_bare",  # rarity-weighted share of the question's terms in the sentence
    "cover_span",  # the same with the headings
    "cover_before",  # the same with the headings and the sentence before
    "shown",  # a kind of answer asked for (a sum, a place) is in the sentence
    "not_shown",  # one is asked for and none is there
    "shown_share",  # the share of the kinds asked for
    "unit",  # the unit asked for (几个工作日) is there with a number
    "no_unit",  # it is asked for and is not there
    "strange_span",  # terms of which the sentence and its headings lack even a character
    "words_span",  # rarity-weighted share of the question's words in sentence and headings
    "word_span",  # the weight of the rarest word missing there
    "lacking_span",  # how many words are missing there
    "head_span",  # how much of what is asked about (利率 in 利率是多少) is missing there
    "head_bare",  # and in the sentence alone
    "clause",  # share of the question's words in the clause that shows what is asked for
    "clause_before",  # the same with the clause before
    "read",  # what the reader says of it; 0 where there is none
    "length",  # logarithm of the sentence's characters
    "surface",  # the passage answers a question that stands in the document
    "cover_passage",  # as ``cover_span`` for the whole passage
    "cover_document",  # and for the whole document
    "title",  # and for its title
    "term_passage",  # the weight of the rarest term missing in the passage
    "term_document",  # and in the document
    "terms_document",  # the weight of all terms missing in the document
    "strange_passage",
    "strange_document",
    "other_topic",  # known topics in the question that the document mentions by no name
    "other_before",  # weight of terms missing where what follows them is there (北门|夜市)
    "other_after",  # weight of terms missing where what precedes them is there
    "words_document",
    "words_title",
    "word_document",
    "lacking_document",
    "head_document",  # how much of what is asked about the document lacks
    "head_title",  # and its title
    "headless",  # nothing precedes what asks
    "elsewhere",  # names of places and things that the document lacks
    "terms",  # how many terms the question has
    "words",  # how many words
    "permission",  # it asks whether something may be
    *(f"asks_{kind}" for kind in KINDS),
    "asks_nothing",  # of these kinds
)
JUDGED = (
    *FEATURES,
    "score",  # what the ranking model says
    "lead_document",  # how far it is ahead of the best sentence of any other document
    "lead_sentence",  # and of the next best of the same document
    "read_behind",  # how far the reader has it behind the one it likes best
    "read_lead",  # and ahead of the best of the others
    "read_share",  # logarithm of its share by the reader among all and "none of these"
)
READ = FEATURES.index("read")
MOST_READ = 8.0  # the reader's logits count up to here
COSINE_SCALE = 30.0  # cosines of this model differ by hundredths
SOFT_SCALE = 10.0
FAR = 6.0
ALONE = 3.0  # the lead where there is nothing to lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of a passage with the measures of its fit."""

    passage: int
    start: int
    end: int
    features: tuple[float, ...]
    score: float = 0.0
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceModel:
    """Weights of both models, and the probability from which an answer is given."""

    ranks: Mapping[str, float]
    bias: float
    judges: Mapping[str, float]
    threshold: float

    def scores(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each row of features how well that sentence answers; only to compare."""
        weights = np.array([self.ranks.get(name, 0.0) for name in FEATURES], np.float64)
        return np.asarray(features @ weights, np.float64)

    def probability(self, judged: Sequence[float]) -> float:
        """Return the probability, 0 to 1, that the best sentence answers the question."""
        weights = (self.judges.get(name, 0.0) for name in JUDGED)
        total = sum(weight * value for weight, value in zip(weights, judged, strict=True))
        return sigmoid(self.bias + total)


def sigmoid(total: float) -> float:
    """Return the probability, 0 to 1, that a sum of weighted measures stands for."""
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@cache
def evidence_model(*, is_read: bool = False) -> EvidenceModel:
    """Return the shipped weights, those for sentences that a reader has read or the others."""
    weights = yaml.safe_load(DOCUMENT_WEIGHTS.read_text(encoding="utf-8"))
    return EvidenceModel(**weights["read" if is_read else "unread"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The normalised texts around a sentence, widest last."""

    title: str
    heading: str
    passage: str
    document: str


def around_of(passage: Passage, document: str) -> Around:
    """Return the texts around the sentences of a passage, normalised once."""
    head = normalised(
        " ".join([passage.document, passage.context, passage.label, *passage.surfaces])
    )
    return Around(
        title=normalised(passage.document),
        heading=head,
        passage=f"{head} {normalised(passage.text)}",
        document=document,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near a sentence is in meaning."""

    plain: tuple[float, float]  # cosine with headings, and alone or by its question
    soft: tuple[float, float]  # the same in the evened space
    background: tuple[float, float]  # mean and deviation of the latter over every text


def measure_sentence(
    asked: Wording, text: str, before: str, quote: str, around: Around, near: Nearness
) -> dict[str, float]:
    """Return the measures of one sentence; all texts are normalised."""
    question = asked.question
    headed = f"{around.heading} {text}"
    shown = [one for one in question.expectations if one.shows.search(quote)]
    has_unit = any(one.shows.search(quote) for one in asked.units)
    share, rarest, lacking = _words_in(asked, headed)
    clause, clause_before = asked.clause_shares(quote)
    mean, deviation = near.background
    return {
        "headed": near.plain[0] * COSINE_SCALE,
        "bare": near.plain[1] * COSINE_SCALE,
        "soft_headed": near.soft[0] * SOFT_SCALE,
        "soft_bare": near.soft[1] * SOFT_SCALE,
        "lift_headed": (near.soft[0] - mean) / deviation,
        "lift_bare": (near.soft[1] - mean) / deviation,
        "cover_bare": question.coverage(text),
        "cover_span": question.coverage(headed),
        "cover_before": question.coverage(f"{before} {headed}"),
        "shown": float(bool(shown)),
        "not_shown": float(bool(question.expectations) and not shown),
        "shown_share": len(shown) / max(len(question.expectations), 1),
        "unit": float(has_unit),
        "no_unit": float(bool(asked.units) and not has_unit),
        "strange_span": float(question.strangers(headed)),
        "words_span": share,
        "word_span": rarest,
        "lacking_span": lacking,
        "head_span": _headless(asked, headed),
        "head_bare": _headless(asked, text),
        "clause": clause,
        "clause_before": clause_before,
        "read": 0.0,
        "length": math.log1p(len(text)),
    }


def measure_passage(asked: Wording, around: Around, *, gap: float) -> dict[str, float]:
    """Return the measures that all sentences of a passage share."""
    question = asked.question
    share, rarest, lacking = _words_in(asked, around.document)
    missed = _missed(question, around.document)
    before, after = _others(question, around.document)
    kinds = {one.name for one in question.expectations}
    return {
        "gap": min(gap, 4.0),
        "cover_passage": question.coverage(around.passage),
        "cover_document": question.coverage(around.document),
        "title": question.coverage(around.title),
        "term_passage": max(_missed(question, around.passage), default=0.0),
        "term_document": max(missed, default=0.0),
        "terms_document": sum(missed),
        "strange_passage": float(question.strangers(around.passage)),
        "strange_document": float(question.strangers(around.document)),
        "other_topic": float(question.foreign_topics(around.document)),
        "other_before": before,
        "other_after": after,
        "words_document": share,
        "words_title": _words_in(asked, around.title)[0],
        "word_document": rarest,
        "lacking_document": lacking,
        "head_document": _headless(asked, around.document),
        "head_title": _headless(asked, around.title),
        "headless": float(asked.head is None),
        "elsewhere": float(asked.elsewhere(around.document)),
        "terms": float(len(question.terms)),
        "words": float(len(asked.words)),
        "permission": float("permission" in kinds),
        "asks_nothing": float(not kinds),
        **{f"asks_{kind}": float(kind in kinds) for kind in KINDS},
    }


def judged(
    features: NDArray[np.float64], scores: NDArray[np.float64], same: NDArray[np.bool_], best: int
) -> list[float]:
    """Return the features of the best sentence with its score and leads, as in ``JUDGED``.

    ``same`` says which sentences are of the best one's document.
    """
    rest = same.copy()
    rest[best] = False
    others = [float(scores[kind].max()) if kind.any() else None for kind in (~same, rest)]
    leads = [ALONE if one is None else min(float(scores[best]) - one, FAR) for one in others]
    return [*features[best].tolist(), float(scores[best]), *leads, *_as_read(features, best)]


def _as_read(features: NDArray[np.float64], best: int) -> list[float]:
    logits = features[:, READ]
    if not logits.any():
        return [0.0, 0.0, 0.0]
    others = np.delete(logits, best)
    lead = float(logits[best] - others.max()) if len(others) else ALONE
    share = logits[best] - math.log1p(float(np.exp(logits).sum()))
    return [float(logits.max() - logits[best]), lead, float(share)]


def _missed(question: Question, text: str) -> list[float]:
    kept = question.covered(text)
    return [term.weight for term, has in zip(question.terms, kept, strict=True) if not has]


def _headless(asked: Wording, text: str) -> float:
    return 0.0 if asked.head is None else 1.0 - asked.head.found_in(text)


def _words_in(asked: Wording, text: str) -> tuple[float, float, float]:
    """Return the share of the words, the weight of the rarest missing one, and how many miss."""
    found = [word.found_in(text) for word in asked.words]
    pairs = list(zip(found, asked.words, strict=True))
    share = sum(part * word.weight for part, word in pairs) / asked.weight
    rarest = max(((1 - part) * word.weight for part, word in pairs), default=0.0)
    return share, rarest, float(sum(part < 1 for part in found))


def _others(question: Question, text: str) -> tuple[float, float]:
    """Return the weight of missing terms before and after terms that are there."""
    before = after = 0.0
    for first, second in zip(question.terms, question.terms[1:], strict=False):
        if second.start != first.start + 1:
            continue
        has_first, has_second = first.text in text, second.text in text
        before += first.weight * (has_second and not has_first)
        after += second.weight * (has_first and not has_second)
    return before, after
