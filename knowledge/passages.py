"""What of an item can be found and quoted: its summary, each facet, each clause."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from knowledge.item import Facet, KnowledgeItem, Passage
from knowledge.texts import texts


def passages_of_items(items: Mapping[str, KnowledgeItem]) -> list[Passage]:
    """Return the passages of all items, in a stable order."""
    return [passage for name in sorted(items) for passage in passages_of(items[name])]


def passages_of(item: KnowledgeItem) -> Iterator[Passage]:
    """Yield an item's passages; its questions and aliases help to find it and are not quoted."""
    yield replace(
        _blank(item),
        id=f"{item.id}:summary",
        document=item.title,
        text=item.summary,
        label=texts().label("summary"),
        source=_sources(item),
        surfaces=(*item.questions, " ".join((item.title, *item.aliases))),
    )
    for facet, lines in item.facets.items():
        yield facet_passage(item, facet, lines)
    for position, clause in enumerate(item.clauses):
        yield replace(
            _blank(item),
            id=f"{item.id}:clause:{position}",
            document=clause.document,
            text=clause.text,
            label=clause.label,
            source=clause.source,
            context=item.title,
        )
    if item.note:
        yield replace(
            _blank(item),
            id=f"{item.id}:note",
            document=item.title,
            text=item.note,
            label=texts().label("note"),
            source=_sources(item),
        )


def facet_passage(item: KnowledgeItem, facet: Facet, lines: Iterable[str]) -> Passage:
    """Return one facet of an item as a passage."""
    label = texts().label(facet)
    return replace(
        _blank(item),
        id=f"{item.id}:{facet}",
        document=item.title,
        text="\n".join(lines),
        label=label,
        source=_sources(item, facet),
        context=label,
        facet=facet,
    )


def _blank(item: KnowledgeItem) -> Passage:
    return Passage(
        id="",
        document="",
        text="",
        item=item.id,
        kind=item.kind,
        audience=item.audience,
        area=item.area,
        checked=item.checked,
    )


def _sources(item: KnowledgeItem, facet: Facet | None = None) -> str:
    """Return the clauses that a facet rests on, or all of the item's where none is named."""
    named = [clause for clause in item.clauses if facet is None or facet in clause.supports]
    sources = dict.fromkeys(clause.source for clause in named or item.clauses)
    return texts().sentence("joiner").join(sources) or texts().label("items_source")
