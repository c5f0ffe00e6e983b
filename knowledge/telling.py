"""Tells of an item the part that a question asks for, with the clause it rests on first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.answer import Answer, Outcome
from knowledge.bm25 import normalised
from knowledge.facets import facets_asked
from knowledge.guide import BASES_SHOWN, basis_line, facet_card, whole_card
from knowledge.item import Citation, Facet, Kind, KnowledgeItem, Passage
from knowledge.passages import passages_of
from knowledge.question import Question
from knowledge.quoting import quoted_span
from knowledge.spans import MAX_QUOTE, sentences
from knowledge.texts import texts

VALUES = frozenset({"money", "duration", "date", "telephone", "count", "penalty"})
MIN_COVERAGE = 0.25  # share of a question that a sentence has to say to be told first
MORE = 0.2  # coverage by which another sentence has to be ahead of the time limit
COSINE_WEIGHT = 10.0  # cosines differ by hundredths, coverages by tenths
SHOWN_WEIGHT = 0.5

Nearness = Callable[[str], float]  # the cosine of the question with a passage, by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of an item and how well it fits the question."""

    passage: Passage
    start: int
    end: int
    score: float
    coverage: float
    shows: bool  # it has a value of the kind that is asked for

    @property
    def is_clause(self) -> bool:
        """Return whether these are words of a law or a document, not ours."""
        return self.passage.facet is None and ":clause:" in self.passage.id


def told(
    item: KnowledgeItem, asked: Question, near: Nearness, *, score: float, is_whole: bool = False
) -> Answer:
    """Return the facet or the clause that is asked for, else the card or the summary.

    ``is_whole`` says that the item is asked for by its name, so that its card fits.
    """
    facets = facets_asked(asked.text)
    is_charge = Facet.FEE in facets
    lines = sorted(
        (one for one in _lines(item, asked, near) if is_charge or one.passage.facet != Facet.FEE),
        key=lambda one: -one.score,
    )
    first = next((one for one in lines if one.shows and one.coverage >= MIN_COVERAGE), None)
    wanted = next((one for one in facets if one in item.facets), Facet.STEPS)
    if wanted is not Facet.STEPS and not (first and _says_more(first, wanted, lines)):
        return facet_card(item, wanted, score=score)
    if first and first.passage.facet and first.passage.facet is not Facet.STEPS:
        return facet_card(item, first.passage.facet, score=score)
    if item.kind is Kind.GUIDE or not item.clauses:
        if first and first.is_clause:
            return _with_clauses(item, asked, lines, first, score=score)
        return whole_card(item, score=score)
    found = _with_clauses(item, asked, lines, first, score=score)
    return replace(found, outcome=Outcome.GUIDE) if is_whole else found


def _says_more(first: Line, wanted: Facet, lines: Sequence[Line]) -> bool:
    """Return whether a period asked for is another one than how long the service takes."""
    own = [one.coverage for one in lines if one.passage.facet is wanted]
    return wanted is Facet.TIME_LIMIT and first.coverage > max(own, default=0.0) + MORE


def _lines(item: KnowledgeItem, asked: Question, near: Nearness) -> Iterator[Line]:
    wanted = [one for one in asked.expectations if one.name in VALUES]
    for passage in passages_of(item):
        if passage.id.endswith(":note"):
            continue
        cosine = near(passage.id)
        for start, end in sentences(passage.text):
            start, end = quoted_span(asked, passage.text, start, end)
            text = normalised(passage.text[start:end])
            shows = any(one.shows.search(text) for one in wanted)
            coverage = asked.coverage(text)
            yield Line(
                passage=passage,
                start=start,
                end=end,
                score=COSINE_WEIGHT * cosine + coverage + SHOWN_WEIGHT * shows,
                coverage=coverage,
                shows=shows,
            )


def _with_clauses(
    item: KnowledgeItem,
    asked: Question,
    lines: Sequence[Line],
    first: Line | None,
    *,
    score: float,
) -> Answer:
    """Return the summary and the clauses it rests on; a clause that has the value comes first."""
    says = texts()
    clauses = [one for one in lines if one.is_clause]
    is_led = first is not None and first.is_clause
    if first is not None and first.is_clause:
        clauses.insert(0, first)
    cited: dict[str, Citation] = {}
    for line in clauses:
        cited.setdefault(line.passage.id, _citation(line, is_whole=line is not first))
    citations = tuple(cited.values())[:BASES_SHOWN]
    parts = [
        says.sentence("card_heading", title=item.title),
        citations[0].quote if is_led else "",
        item.summary,
        says.sentence("facet", label=says.label("note"), value=item.note) if item.note else "",
        basis_line(item, citations),
        says.sentence("checked", date=item.checked),
    ]
    return Answer(
        outcome=Outcome.ANSWER,
        text="\n".join(filter(None, parts)),
        citations=citations,
        score=score,
        item=item.id,
    )


def _citation(line: Line, *, is_whole: bool) -> Citation:
    """Return the line as a citation, or its whole clause where that is short enough."""
    passage, quote = line.passage, line.passage.text[line.start : line.end]
    return Citation(
        document=passage.document,
        clause=passage.label,
        quote=passage.text if is_whole and len(passage.text) <= MAX_QUOTE else quote,
        text=passage.text,
        source=passage.source,
        checked=passage.checked,
        passage=passage.id,
    )
