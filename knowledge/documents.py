"""Finds the sentence of an added document that answers a question, and how surely it does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import normalised
from knowledge.embedder import Vectors
from knowledge.evidence import (
    FEATURES,
    MOST_READ,
    READ,
    Around,
    Candidate,
    EvidenceModel,
    Nearness,
    around_of,
    evidence_model,
    judged,
    measure_passage,
    measure_sentence,
)
from knowledge.item import Audience, Passage
from knowledge.quoting import quoted_span, quoted_too, window
from knowledge.reader import READ_SENTENCES, Excerpt, Reader, excerpt
from knowledge.reranker import RERANKED, Reranker
from knowledge.retriever import Hit, Retriever
from knowledge.rivals import are_rivals
from knowledge.snapshot import Rows, heading, span_cosines
from knowledge.whole_texts import WholeTexts
from knowledge.wording import Wording

RETRIEVED = 80
ON_SUBJECT = 0.7  # share of what one document knows of a question that a rival knows too
CANDIDATES = 8  # passages of added documents
RIVAL = 2.0  # score by which a sentence of another document may be behind and still be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The best sentence, and what of its passage is to be quoted."""

    candidate: Candidate
    passage: Passage
    start: int
    end: int
    rivals: tuple["Finding", ...] = ()  # of other documents, on the same subject
    second: "Finding | None" = None  # of the same document, hardly behind

    @property
    def quote(self) -> str:
        """The words to quote."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What the added documents have on a question."""

    finding: Finding | None  # none where all that is near is about another place
    nearness: float  # of the nearest passage, in standard deviations above all texts

    @property
    def probability(self) -> float:
        """The probability that the finding answers the question."""
        return self.finding.candidate.probability if self.finding else 0.0


class DocumentSearch:
    """Searches the added documents of one library."""

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Rows,
        retriever: Retriever,
        documents: WholeTexts,
        *,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
    ) -> None:
        """Take the normalised text of each document by its number."""
        self.passages, self._rows, self._retriever = passages, rows, retriever
        self._documents, self._reranker, self._reader = documents, reranker, reader
        self._around: dict[int, Around] = {}

    def find(
        self,
        asked: Wording,
        query: Vectors,
        audience: Audience,
        model: EvidenceModel,
        *,
        barred: Collection[str] = frozenset(),
    ) -> Sought:
        """Return the sentence that answers best, with its probability."""
        hits = self._hits(asked, query, audience, barred)
        found = self._as_read(asked, self._measured(asked, query, hits))
        features = np.array([one.features for one in found])
        finding = self.chosen(asked, found, features, model) if found else None
        return Sought(finding=finding, nearness=hits[0].score if hits else 0.0)

    def chosen(
        self,
        asked: Wording,
        found: Sequence[Candidate],
        features: NDArray[np.float64],
        model: EvidenceModel,
    ) -> Finding:
        """Return the best of some candidates, judged.

        What other documents say of the same subject does not speak against it, and comes along.
        """
        scores = model.scores(features)
        best = int(np.argmax(scores))
        rivals = self._rivals(asked, found, scores, best)
        apart = ~self._of_documents(found, rivals)
        apart[best] = True
        own = self._of_documents(found, [best])[apart]
        row = judged(features[apart], scores[apart], own, int(apart[:best].sum()))
        ranked = [
            replace(one, score=float(score), probability=model.probability(row))
            for one, score in zip(found, scores, strict=True)
        ]
        first, *others = (self._found_at(asked, ranked, at) for at in (best, *rivals))
        second = self._second(asked, ranked, best, first.quote)
        return replace(first, rivals=tuple(others), second=second)

    def _second(
        self, asked: Wording, ranked: Sequence[Candidate], best: int, quote: str
    ) -> Finding | None:
        """Return the sentence of the same document that is quoted after the best one's words."""
        own = self._of_documents(ranked, [best])
        own[best] = False
        places = map(int, np.flatnonzero(own))
        rest = sorted((ranked[at] for at in places), key=lambda one: -one.score)
        findings = [self._alone(asked, one) for one in rest]
        told = ((one.candidate.score, one.quote) for one in findings)
        at = quoted_too(quote, ranked[best].score, told)
        return None if at is None else findings[at]

    def _alone(self, asked: Wording, candidate: Candidate) -> Finding:
        passage = self.passages[candidate.passage]
        start, end = quoted_span(asked.question, passage.text, candidate.start, candidate.end)
        return Finding(candidate=candidate, passage=passage, start=start, end=end)

    def _found_at(self, asked: Wording, ranked: Sequence[Candidate], at: int) -> Finding:
        candidate = ranked[at]
        passage = self.passages[candidate.passage]
        beside = [one for one in ranked if one.passage == candidate.passage]
        start, end = window(asked.question, passage.text, candidate, beside)
        return Finding(candidate=candidate, passage=passage, start=start, end=end)

    def _rivals(
        self,
        asked: Wording,
        found: Sequence[Candidate],
        scores: NDArray[np.float64],
        best: int,
    ) -> list[int]:
        """Return the best sentence of each other document that has the same subject."""
        seen = {self.passages[found[best].passage].owner}
        rivals = []
        for at in map(int, np.argsort(-scores)):
            owner = self.passages[found[at].passage].owner
            if scores[at] < scores[best] - RIVAL:
                break
            if owner not in seen and self._are_rivals(asked, found[best], found[at]):
                seen.add(owner)
                rivals.append(at)
        return rivals

    def _are_rivals(self, asked: Wording, best: Candidate, other: Candidate) -> bool:
        """Return whether two documents speak of what is asked, in sentences of one subject."""
        if not are_rivals(self._words(best), self._words(other)):
            return False
        known, told = (
            asked.question.covered(self.around(one.passage).document) for one in (best, other)
        )
        shared = sum(has and too for has, too in zip(known, told, strict=True))
        return shared >= ON_SUBJECT * sum(known)

    def _words(self, candidate: Candidate) -> str:
        passage = self.passages[candidate.passage]
        return passage.text[candidate.start : candidate.end]

    def _of_documents(
        self, found: Sequence[Candidate], places: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Return which candidates are of the documents of some of them."""
        owners = {self.passages[found[at].passage].owner for at in places}
        return np.array([self.passages[one.passage].owner in owners for one in found], bool)

    def candidates(
        self, asked: Wording, query: Vectors, audience: Audience, *, is_read: bool = True
    ) -> list[Candidate]:
        """Return the sentences that may answer, measured, in no order."""
        found = self._measured(asked, query, self._hits(asked, query, audience))
        return self._as_read(asked, found) if is_read else found

    def _as_read(self, asked: Wording, found: list[Candidate]) -> list[Candidate]:
        """Return the sentences that look best, as the reader sees them; all without a reader."""
        if self._reader is None or not found:
            return found
        scores = evidence_model().scores(np.array([one.features for one in found]))
        kept = [found[at] for at in np.argsort(-scores)[:READ_SENTENCES]]
        logits = self._reader.logits(
            asked.question.text, [self._excerpt(asked, one) for one in kept]
        )
        return [
            replace(one, features=_with_read(one.features, logit))
            for one, logit in zip(kept, logits, strict=True)
        ]

    def _excerpt(self, asked: Wording, one: Candidate) -> Excerpt:
        passage = self.passages[one.passage]
        quoted = quoted_span(asked.question, passage.text, one.start, one.end)
        return excerpt(passage, heading(passage), one.start, quoted)

    def _hits(
        self,
        asked: Wording,
        query: Vectors,
        audience: Audience,
        barred: Collection[str] = frozenset(),
    ) -> list[Hit]:
        text = asked.question.text
        hits = self._retriever.retrieve(text, query, audience, top_k=RETRIEVED)
        without = {"", *barred}  # shipped items have no owner
        kept = [hit for hit in hits if self.passages[hit.passage].owner not in without]
        return self._reranked(text, kept[:RERANKED])[:CANDIDATES]

    def _reranked(self, question: str, hits: list[Hit]) -> list[Hit]:
        """Return the passages in the order of a reranker; how far they lie apart stays."""
        if self._reranker is None:
            return hits
        read = [self.passages[hit.passage] for hit in hits]
        order = self._reranker.order(question, [f"{heading(one)}：{one.text}" for one in read])
        return [
            replace(hits[at], score=place.score) for at, place in zip(order, hits, strict=True)
        ]

    def _measured(self, asked: Wording, query: Vectors, hits: Sequence[Hit]) -> list[Candidate]:
        kept = [hit for hit in hits if not self.is_elsewhere(asked, hit.passage)]
        if not kept:
            return []
        moved = self._retriever.evened(query)
        background = self._retriever.soft_background(moved)
        measured: list[tuple[int, int, int, dict[str, float]]] = []
        for hit in kept:
            measured += self._of_passage(
                asked, hit, query, moved, background, kept[0].score - hit.score
            )
        _compare([one[3] for one in measured])
        return [
            Candidate(
                passage=at,
                start=start,
                end=end,
                features=tuple(features[name] for name in FEATURES),
            )
            for at, start, end, features in measured
        ]

    def _of_passage(
        self,
        asked: Wording,
        hit: Hit,
        query: Vectors,
        moved: Vectors,
        background: tuple[float, float],
        gap: float,
    ) -> list[tuple[int, int, int, dict[str, float]]]:
        at = hit.passage
        passage, around = self.passages[at], self.around(at)
        rows = self._rows[self._retriever.rows_of(at)]
        plain = span_cosines(rows, self._retriever.row_cosines(at, query))
        soft = span_cosines(rows, self._retriever.soft_cosines(at, moved))
        shared = measure_passage(asked, around, gap=gap) | {
            "surface": float(bool(passage.surfaces))
        }
        found = []
        before = ""
        for start, end in sorted(plain):
            text = normalised(passage.text[start:end])
            first, last = quoted_span(asked.question, passage.text, start, end)
            near = Nearness(plain=plain[start, end], soft=soft[start, end], background=background)
            quote = normalised(passage.text[first:last])
            own = measure_sentence(asked, text, before, quote, around, near)
            found.append((at, start, end, shared | own))
            before = text
        return found

    def around(self, at: int) -> Around:
        """Return the normalised texts around a passage's sentences."""
        if at not in self._around:
            passage = self.passages[at]
            self._around[at] = around_of(passage, self._documents[passage.owner or passage.item])
        return self._around[at]

    def is_elsewhere(self, asked: Wording, at: int) -> bool:
        """Return whether the question names a place that the passage's document does not."""
        whole = self.around(at).document
        return any(place not in whole for place in asked.places)


def _with_read(features: tuple[float, ...], logit: float) -> tuple[float, ...]:
    kept = min(max(logit, -MOST_READ), MOST_READ)
    return (*features[:READ], kept, *features[READ + 1 :])


def _compare(measured: Sequence[dict[str, float]]) -> None:
    """Add to each sentence's measures how far it is behind the best of all."""
    for name, of in (
        ("behind_headed", "soft_headed"),
        ("behind_bare", "soft_bare"),
        ("behind_cover", "cover_span"),
        ("behind_passage", "cover_passage"),
    ):
        best = max(one[of] for one in measured)
        for one in measured:
            one[name] = best - one[of]
