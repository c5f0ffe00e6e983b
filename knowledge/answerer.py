"""Answers a question from the knowledge base, with the words it relies on, or refuses."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.answer import Answer, Outcome
from knowledge.bm25 import normalised
from knowledge.embedder import Embedder, Vectors
from knowledge.evidence import (
    Around,
    Candidate,
    EvidenceModel,
    around_of,
    evidence_model,
    measure,
)
from knowledge.guide import facet_card, whole_card
from knowledge.item import Audience, Citation, Facet, Kind, KnowledgeItem, Passage
from knowledge.lexicon import lexicon
from knowledge.matching import Match, Matcher
from knowledge.question import Question, view
from knowledge.quoting import quoted_span, with_neighbours
from knowledge.retriever import Hit, Retriever
from knowledge.snapshot import RowKind, Rows, Snapshot
from knowledge.texts import texts

RETRIEVED = 80
ON_TOPIC = 0.5
FAMILIAR = 0.75  # share of a question's terms that an item must know
SHIPPED_THRESHOLD = 0.6
CANDIDATES = 8  # passages of added documents, and as many of items


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The best candidate of one kind of source."""

    candidate: Candidate
    passage: Passage
    others: tuple[Candidate, ...] = ()  # the passage's other sentences


class Library:
    """One loaded snapshot with everything that answering needs; never changed."""

    def __init__(
        self,
        snapshot: Snapshot,
        items: Mapping[str, KnowledgeItem],
        embedder: Embedder,
        model: EvidenceModel | None = None,
    ) -> None:
        self.name, self.passages, self.rows = snapshot.name, snapshot.passages, snapshot.rows
        self.items, self._embedder = items, embedder
        self.model = model or evidence_model()
        self.retriever = Retriever(self.passages, self.rows, snapshot.index)
        self.matcher = Matcher(items)
        self._documents = self._joined()
        self._around: dict[int, Around] = {}

    def _joined(self) -> dict[str, str]:
        """Return the whole normalised text of each document and item."""
        parts: dict[str, list[str]] = defaultdict(list)
        for passage in self.passages:
            words = [passage.document, passage.context, passage.text, *passage.surfaces]
            parts[passage.owner or passage.item] += words
        return {name: normalised(" ".join(dict.fromkeys(words))) for name, words in parts.items()}

    def question(self, text: str) -> Question:
        """Take a question apart with this corpus's word frequencies."""
        return view(text, self.retriever.bm25.rarity, self.matcher.topics)

    def embed(self, text: str) -> Vectors:
        """Return the question's vector, shape (dim,)."""
        vectors = self._embedder.embed_queries([text])
        return vectors.reshape(-1)

    def candidates(
        self, question: Question, query: Vectors, audience: Audience
    ) -> list[Candidate]:
        """Return the sentences that may answer, with their measures, in no order."""
        found: list[Candidate] = []
        hits = self.retriever.retrieve(question.text, query, audience, top_k=RETRIEVED)
        for is_added in (True, False):
            kept = [hit for hit in hits if bool(self.passages[hit.passage].owner) is is_added]
            for hit in kept[:CANDIDATES]:
                found += self._of_passage(question, hit, query, kept[0].score - hit.score)
        return found

    def _of_passage(
        self, question: Question, hit: Hit, query: Vectors, gap: float
    ) -> list[Candidate]:
        passage = self.passages[hit.passage]
        around = self.around(hit.passage)
        rows = self.rows[self.retriever.rows_of(hit.passage)]
        spans = _span_cosines(rows, self.retriever.row_cosines(hit.passage, query))
        return [
            Candidate(
                passage=hit.passage,
                start=start,
                end=end,
                features=measure(
                    question,
                    normalised(passage.text[start:end]),
                    around,
                    cosines=cosines,
                    gap=gap,
                ),
            )
            for (start, end), cosines in spans.items()
        ]

    def around(self, at: int) -> Around:
        """Return the normalised texts around a passage's sentences."""
        if at not in self._around:
            passage = self.passages[at]
            whole = self._documents[passage.owner or passage.item]
            self._around[at] = around_of(passage, whole)
        return self._around[at]

    def is_elsewhere(self, question: Question, at: int) -> bool:
        """Return whether the question names a place that the passage's document does not."""
        whole = self.around(at).document
        return any(place not in whole for place in question.places)


class Answerer:
    """Answers from one library; see ``knowledge.desk`` for one that reloads itself."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def answer(
        self, question: str, *, audience: Audience = Audience.PUBLIC, item: str | None = None
    ) -> Answer:
        """Return a cited answer, a guide, or a refusal.

        ``item`` is what was talked about before, for a question without a subject (那要多少钱?).
        """
        library = self.library
        asked = library.question(question)
        facets = lexicon().facets_asked(asked.text)
        before = self._visible(item, audience)
        if before and facets and library.matcher.has_no_subject(asked):
            return facet_card(before, facets[0])
        if not asked.terms:
            return refusal()
        query = library.embed(question)
        added, shipped = self._findings(asked, query, audience)
        matches = library.matcher.matches(asked, audience)
        if added and added.candidate.probability >= self._needed(asked, added, matches):
            return self._cited(asked, added)
        if matches:
            return self._guided(matches, facets)
        if shipped and self._is_enough(asked, shipped):
            return self._from_item(asked, shipped)
        return refusal(
            max((one.candidate.probability for one in (added, shipped) if one), default=0.0)
        )

    def facet(self, item: str, facet: Facet, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return one facet of an item; an item the audience may not see is refused."""
        found = self._visible(item, audience)
        return facet_card(found, Facet(facet)) if found else refusal()

    def item(self, item_id: str, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return the whole card of an item; an item the audience may not see is refused."""
        found = self._visible(item_id, audience)
        return whole_card(found) if found else refusal()

    def _needed(self, asked: Question, added: Finding, matches: Sequence[Match]) -> float:
        """Return the probability an added document needs; less where it is on the same topic.

        What a committee adds about a service says more than the general guide of that service.
        """
        whole = self.library.around(added.candidate.passage).document
        names = self.library.matcher.names_in(asked, [match.item for match in matches])
        is_on_topic = any(name in whole for name in names)
        return self.library.model.threshold * (ON_TOPIC if is_on_topic else 1.0)

    def _is_enough(self, asked: Question, shipped: Finding) -> bool:
        """Return whether an item that is not asked for as a whole answers all the same.

        Its questions make it easy to find, so nothing of the question may be foreign to it.
        """
        around = self.library.around(shipped.candidate.passage)
        is_familiar = asked.coverage(around.document) >= FAMILIAR
        return is_familiar and shipped.candidate.probability >= SHIPPED_THRESHOLD

    def _visible(self, item: str | None, audience: Audience) -> KnowledgeItem | None:
        found = self.library.items.get(item) if item else None
        return found if found and audience.may_see(found.audience) else None

    def _findings(
        self, asked: Question, query: Vectors, audience: Audience
    ) -> tuple[Finding | None, Finding | None]:
        """Return the best sentence of the added documents and that of the items."""
        library = self.library
        judged = [
            replace(candidate, probability=library.model.probability(candidate.features))
            for candidate in library.candidates(asked, query, audience)
            if not library.is_elsewhere(asked, candidate.passage)
        ]
        return self._best(judged, is_added=True), self._best(judged, is_added=False)

    def _best(self, judged: Sequence[Candidate], *, is_added: bool) -> Finding | None:
        passages = self.library.passages
        kept = [one for one in judged if bool(passages[one.passage].owner) is is_added]
        if not kept:
            return None
        best = max(kept, key=lambda one: one.probability)
        others = tuple(one for one in kept if one.passage == best.passage and one is not best)
        return Finding(candidate=best, passage=passages[best.passage], others=others)

    def _from_item(self, asked: Question, finding: Finding) -> Answer:
        """Return a clause's words, or the card where a guide's own words fit best."""
        item = self.library.items[finding.passage.item]
        score = finding.candidate.probability
        if finding.passage.facet is not None:
            return facet_card(item, finding.passage.facet, score=score)
        if item.kind is Kind.GUIDE and finding.passage.id.endswith(":summary"):
            return whole_card(item, score=score)
        return replace(self._cited(asked, finding), item=item.id)

    def _guided(self, matches: Sequence[Match], facets: Sequence[Facet]) -> Answer:
        best = matches[0]
        item = self.library.items[best.item]
        wanted = [facet for facet in facets if facet in item.facets]
        is_narrow = bool(wanted) and wanted[0] is not Facet.STEPS
        card = (
            facet_card(item, wanted[0], score=best.score)
            if is_narrow
            else whole_card(item, score=best.score)
        )
        close = [(one.item, self.library.items[one.item].title) for one in matches]
        return replace(card, choices=tuple(close) if len(close) > 1 else ())

    def _cited(self, asked: Question, finding: Finding) -> Answer:
        """Return the words of a passage and where they stand."""
        passage, candidate = finding.passage, finding.candidate
        start, end = quoted_span(asked, passage.text, candidate.start, candidate.end)
        if (start, end) == (candidate.start, candidate.end):
            start, end = with_neighbours(candidate, finding.others)
        citation = Citation(
            document=passage.document,
            clause=passage.label,
            quote=passage.text[start:end],
            text=passage.text,
            source=passage.source,
            checked=passage.checked,
            passage=passage.id,
        )
        says = texts()
        basis = says.sentence("document", title=passage.document) + passage.label
        text = "\n".join([citation.quote, says.sentence("basis", basis=basis)])
        return Answer(
            outcome=Outcome.ANSWER, text=text, citations=(citation,), score=candidate.probability
        )


def _span_cosines(
    rows: Rows, cosines: NDArray[np.float32]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Return for each quotable span its cosine with headings, and alone or by its question."""
    by_kind: dict[RowKind, dict[tuple[int, int], float]] = {kind: {} for kind in RowKind}
    for (_, start, end, kind), cosine in zip(rows, cosines, strict=True):
        kept, span = by_kind[RowKind(kind)], (int(start), int(end))
        kept[span] = max(kept.get(span, -1.0), float(cosine))
    whole, bare = by_kind[RowKind.WHOLE], by_kind[RowKind.BARE]
    asked = max(by_kind[RowKind.SURFACE].values(), default=-1.0)
    headed = by_kind[RowKind.HEADED] or dict.fromkeys(bare or whole, max(whole.values()))
    return {span: (cosine, max(bare.get(span, cosine), asked)) for span, cosine in headed.items()}


def refusal(score: float = 0.0) -> Answer:
    """Return the one sentence for a question that nothing here answers."""
    return Answer(outcome=Outcome.NO_EVIDENCE, text=texts().sentence("no_evidence"), score=score)
