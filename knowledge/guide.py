"""The guide card (办事指南) of an item, whole or one facet of it."""

from collections.abc import Sequence

from knowledge.answer import Answer, Outcome
from knowledge.item import Citation, Facet, Kind, KnowledgeItem
from knowledge.passages import facet_passage, passages_of
from knowledge.texts import texts

NUMBERED = frozenset({Facet.CONDITIONS, Facet.MATERIALS, Facet.STEPS})
BASES_SHOWN = 3


def whole_card(item: KnowledgeItem, *, score: float = 1.0) -> Answer:
    """Return everything a resident needs for a service, and the clauses it rests on."""
    says = texts()
    parts = [says.sentence("card_heading", title=item.title), item.summary]
    for facet in Facet:
        if facet in item.facets:
            parts.append(
                says.sentence("facet", label=says.label(facet), value=_value(item, facet))
            )
    if item.note:
        parts.append(says.sentence("facet", label=says.label("note"), value=item.note))
    citations = _citations(item)
    parts += [basis_line(item, citations), _checked(item)]
    return Answer(
        outcome=Outcome.GUIDE,
        text="\n".join(filter(None, parts)),
        citations=citations,
        score=score,
        item=item.id,
    )


def facet_card(item: KnowledgeItem, facet: Facet, *, score: float = 1.0) -> Answer:
    """Return one facet of a service; the whole card where the item does not have this one."""
    if facet not in item.facets:
        return whole_card(item, score=score)
    says = texts()
    head = says.sentence("facet_heading", title=item.title, label=says.label(facet))
    citations = _citations(item, facet)
    basis = basis_line(item, citations[1:])
    return Answer(
        outcome=Outcome.ANSWER if item.kind is not Kind.GUIDE else Outcome.GUIDE,
        text="\n".join(filter(None, [head + _value(item, facet), basis, _checked(item)])),
        citations=citations,
        score=score,
        item=item.id,
        facet=facet,
    )


def _value(item: KnowledgeItem, facet: Facet) -> str:
    says = texts()
    lines: Sequence[str] = item.facets[facet]
    if facet in NUMBERED and len(lines) > 1:
        numbered = [
            says.sentence("numbered", number=number, value=line)
            for number, line in enumerate(lines, 1)
        ]
        text = "\n" + "\n".join(numbered)
    else:
        text = "\n".join(lines)
    return text + (says.sentence("demonstration") if item.is_demonstration(facet) else "")


def _citations(item: KnowledgeItem, facet: Facet | None = None) -> tuple[Citation, ...]:
    """Return the facet's own words first, then the clauses that support it."""
    found = []
    if facet is not None:
        found.append(_whole(item, f"{item.id}:{facet}"))
    supporting = [
        position
        for position, clause in enumerate(item.clauses)
        if facet is None or facet in clause.supports
    ]
    found += [_whole(item, f"{item.id}:clause:{position}") for position in supporting]
    return tuple(found[: BASES_SHOWN + 1]) or (_whole(item, f"{item.id}:summary"),)


def _whole(item: KnowledgeItem, name: str) -> Citation:
    facets = {
        f"{item.id}:{facet}": facet_passage(item, facet, lines)
        for facet, lines in item.facets.items()
    }
    passage = facets.get(name) or next(one for one in passages_of(item) if one.id == name)
    return passage.cited()


def basis_line(item: KnowledgeItem, citations: Sequence[Citation]) -> str:
    """Return the line that names what the card rests on, and what of it is not quoted exactly."""
    says = texts()
    named = dict.fromkeys(_basis(item, citation) for citation in citations)
    return says.sentence("basis", basis=says.sentence("joiner").join(named)) if named else ""


def _basis(item: KnowledgeItem, citation: Citation) -> str:
    says = texts()
    basis = says.sentence("document", title=citation.document) + citation.clause
    return says.sentence("paraphrase", basis=basis) if _is_paraphrase(item, citation) else basis


def _is_paraphrase(item: KnowledgeItem, citation: Citation) -> bool:
    """Return whether a citation is a clause in our words; an invented one has no others."""
    _, is_clause, position = citation.passage.rpartition(":clause:")
    return bool(is_clause) and not item.demonstration and not item.clauses[int(position)].exact


def _checked(item: KnowledgeItem) -> str:
    return texts().sentence("checked", date=item.checked)
