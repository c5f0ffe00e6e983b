"""Answers a question from the knowledge base, with the words it relies on, or refuses."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.acceptance import ITEM_FEATURES, ItemCandidate, ItemJudge
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
from knowledge.item import Audience, Citation, Facet, KnowledgeItem, Passage
from knowledge.lexicon import lexicon
from knowledge.matching import Match, Matcher
from knowledge.question import Question, view
from knowledge.quoting import quoted_span, with_neighbours
from knowledge.retriever import Hit, Retriever
from knowledge.snapshot import Snapshot, span_cosines
from knowledge.telling import told
from knowledge.texts import texts

RETRIEVED = 80
CONTESTED = 0.9  # from which an item answers what an added document on its topic does not
NEAR = 0.15  # probability from which an added document is on the topic, if not on the point
FAMILIAR = 0.8  # share of a question that the item then must know
COVER_ITEM = ITEM_FEATURES.index("cover_item")
ON_TOPIC = 0.5
CANDIDATES = 8  # passages of added documents


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
        self.judge = ItemJudge(items, self.passages, self.rows, snapshot.index)
        self._index = snapshot.index
        self._has_added = any(passage.owner for passage in self.passages)
        self._places = {passage.id: at for at, passage in enumerate(self.passages)}
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
        """Return the sentences of added documents that may answer, measured, in no order."""
        found: list[Candidate] = []
        if not self._has_added:
            return found
        hits = self.retriever.retrieve(question.text, query, audience, top_k=RETRIEVED)
        kept = [hit for hit in hits if self.passages[hit.passage].owner]
        for hit in kept[:CANDIDATES]:
            found += self._of_passage(question, hit, query, kept[0].score - hit.score)
        return found

    def _of_passage(
        self, question: Question, hit: Hit, query: Vectors, gap: float
    ) -> list[Candidate]:
        passage = self.passages[hit.passage]
        around = self.around(hit.passage)
        rows = self.rows[self.retriever.rows_of(hit.passage)]
        spans = span_cosines(rows, self.retriever.row_cosines(hit.passage, query))
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

    def items_for(
        self, question: Question, query: Vectors, audience: Audience, *, without: str = ""
    ) -> list[ItemCandidate]:
        """Return the shipped items that may answer, the likeliest first; see ``ItemJudge``."""
        background = self.retriever.background(query)
        return self.judge.judged(question, query, background, audience, without=without)

    def judge_without(self, apart: frozenset[str]) -> ItemJudge:
        """Return a judge that has learned nothing from some items, to measure it on them."""
        return ItemJudge(self.items, self.passages, self.rows, self._index, apart=apart)

    def nearness(self, name: str, query: Vectors) -> float:
        """Return the cosine of a question with a passage, by the passage's id."""
        at = self._places.get(name)
        return float(self.retriever.row_cosines(at, query)[0]) if at is not None else 0.0

    def is_elsewhere(self, question: Question, at: int) -> bool:
        """Return whether the question names a place that the passage's document does not."""
        whole = self.around(at).document
        return any(place not in whole for place in question.places)


class Answerer:
    """Answers from one library; see ``knowledge.desk`` for one that reloads itself."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def answer(
        self,
        question: str,
        *,
        audience: Audience = Audience.PUBLIC,
        item: str | None = None,
        is_enquiry: bool = False,
    ) -> Answer:
        """Return a cited answer, a guide, or a refusal.

        ``item`` is what was talked about before, for a question without a subject (那要多少钱?).
        ``is_enquiry`` says that somebody surely asks about a service or a rule, so that a shipped
        item answers at a lower probability.
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
        added = self._added(asked, query, audience)
        matches = library.matcher.matches(asked, audience)
        if added and added.candidate.probability >= self._needed(asked, added, matches):
            return self._cited(asked, added)
        items = library.items_for(asked, query, audience)
        if matches:
            return self._guided(asked, query, matches)
        least = library.judge.model.needed(is_enquiry=is_enquiry)
        if added and not is_enquiry:  # their own documents are what is asked about
            least = max(least, CONTESTED)
        if items and self._is_enough(asked, items[0], added, least):
            return self._told(asked, query, items[0].item, items[0].probability)
        return refusal(
            max(
                added.candidate.probability if added else 0.0,
                items[0].probability if items else 0.0,
            )
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
        is_on_topic = self._is_on_topic(asked, added, [match.item for match in matches])
        return self.library.model.threshold * (ON_TOPIC if is_on_topic else 1.0)

    def _is_on_topic(self, asked: Question, added: Finding, items: Sequence[str]) -> bool:
        """Return whether the added document speaks of what the question calls an item."""
        whole = self.library.around(added.candidate.passage).document
        return any(name in whole for name in self.library.matcher.names_in(asked, items))

    def _is_enough(
        self, asked: Question, best: ItemCandidate, added: Finding | None, least: float
    ) -> bool:
        """Return whether an item answers.

        Where a document was added on the same topic and leaves the question open, the general
        item has to be all the surer, and nothing of the question may be foreign to it.
        """
        is_near = added is not None and (
            added.candidate.probability >= NEAR or self._is_on_topic(asked, added, [best.item])
        )
        if not is_near:
            return best.probability >= least
        is_familiar = best.features[COVER_ITEM] >= FAMILIAR
        return is_familiar and best.probability >= max(least, CONTESTED)

    def _visible(self, item: str | None, audience: Audience) -> KnowledgeItem | None:
        found = self.library.items.get(item) if item else None
        return found if found and audience.may_see(found.audience) else None

    def _added(self, asked: Question, query: Vectors, audience: Audience) -> Finding | None:
        """Return the best sentence of the added documents."""
        library = self.library
        judged = [
            replace(candidate, probability=library.model.probability(candidate.features))
            for candidate in library.candidates(asked, query, audience)
            if not library.is_elsewhere(asked, candidate.passage)
        ]
        if not judged:
            return None
        best = max(judged, key=lambda one: one.probability)
        others = tuple(one for one in judged if one.passage == best.passage and one is not best)
        return Finding(candidate=best, passage=library.passages[best.passage], others=others)

    def _told(
        self, asked: Question, query: Vectors, item: str, score: float, *, is_whole: bool = False
    ) -> Answer:
        """Return the part of an item that is asked for."""
        library = self.library
        return told(
            library.items[item],
            asked,
            lambda name: library.nearness(name, query),
            score=score,
            is_whole=is_whole,
        )

    def _guided(self, asked: Question, query: Vectors, matches: Sequence[Match]) -> Answer:
        best = matches[0]
        card = self._told(asked, query, best.item, best.score, is_whole=True)
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


def refusal(score: float = 0.0) -> Answer:
    """Return the one sentence for a question that nothing here answers."""
    return Answer(outcome=Outcome.NO_EVIDENCE, text=texts().sentence("no_evidence"), score=score)
