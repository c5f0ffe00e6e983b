"""Tells what a table says of a service item: a facet, several, or the whole card.

Everything that is told is a whole cell of the table, and each is cited.
"""

from collections.abc import Iterable, Sequence

from knowledge.answer import Answer, Outcome
from knowledge.asking import manners
from knowledge.citing import not_begun, stand
from knowledge.item import Facet, Passage
from knowledge.services import Service
from knowledge.texts import texts

MAX_TOLD = 3  # items of one name that are told one below the other


def facets_answer(
    services: Sequence[Service], facets: Sequence[Facet], day: str = "", *, score: float = 1.0
) -> Answer:
    """Return what is told of some facets of an item, or of the items of one name, on a day.

    Where the table does not tell a facet, that is said, with whom to ask instead.
    """
    told = list(services[:MAX_TOLD])
    cited = [passage for one in told for passage in _wanted(one, facets)]
    return _answer(
        told[0],
        [_stretch(one, facets, day, is_one_of_several=len(services) > 1) for one in told],
        cited or [passage for one in told for passage in _instead(one)],
        score=score,
        facet=facets[0],
    )


def card_answer(services: Sequence[Service], day: str = "", *, score: float = 1.0) -> Answer:
    """Return everything a resident needs for an item, or the items of one name, on a day."""
    told = list(services[:MAX_TOLD])
    shown = [_shown(one) for one in told]
    stretches = [
        [*_heading(one, day, is_one_of_several=len(services) > 1), *map(_line, passages)]
        for one, passages in zip(told, shown, strict=True)
    ]
    cited = [passage for one, passages in zip(told, shown, strict=True) for passage in passages]
    return _answer(told[0], stretches, cited or [told[0].passages[0]], score=score)


def has_facet(service: Service, facets: Iterable[Facet]) -> bool:
    """Return whether the table tells any of these facets of an item."""
    return any(service.told(one) for one in facets)


def title_of(service: Service, *, is_one_of_several: bool) -> str:
    """Return the name of an item, with who is in charge of it where others have the same."""
    stand = _stand(service) if is_one_of_several else ""
    says = texts()
    return says.sentence("service_of", title=service.name, stand=stand) if stand else service.name


def _stand(service: Service) -> str:
    found = [*service.told(Facet.DEPARTMENT), *service.told(Facet.AREA)]
    found = found or [*service.told(Facet.PLACE)]
    names: list[str] = []
    for text in (one.text for one in found):
        if all(text not in name for name in names):
            names.append(text)
    return texts().sentence("material_detail_joiner").join(names)


def _heading(service: Service, day: str, *, is_one_of_several: bool) -> list[str]:
    title = title_of(service, is_one_of_several=is_one_of_several)
    heading = texts().sentence("card_heading", title=title)
    return [heading, *not_begun(service.passages[0], day)]


def _wanted(service: Service, facets: Sequence[Facet]) -> list[Passage]:
    """Return what is told of the facets, and of those that people mean by them as well."""
    wanted = dict.fromkeys(facets)
    for facet in facets:
        wanted |= dict.fromkeys(manners().beside.get(facet, ()))
    return [passage for facet in wanted for passage in service.told(facet)]


def _instead(service: Service) -> list[Passage]:
    """Return what helps where a facet is not told: whom to ask; the name where nothing is."""
    helpful = [passage for one in manners().instead for passage in service.told(one)]
    return helpful[:2] or [service.passages[0]]


def _shown(service: Service) -> list[Passage]:
    hidden = manners().hidden
    order = {facet: at for at, facet in enumerate(Facet)}
    told = [one for one in service.passages[1:] if one.facet and one.facet not in hidden]
    return sorted(told, key=lambda one: order[one.facet or Facet.OTHER])


def _stretch(
    service: Service, facets: Sequence[Facet], day: str, *, is_one_of_several: bool
) -> list[str]:
    says = texts()
    lines = _heading(service, day, is_one_of_several=is_one_of_several)
    missing = [one for one in facets if not has_facet(service, [one])]
    if missing:
        labels = says.sentence("joiner").join(map(says.label, missing))
        lines.append(says.sentence("service_missing", labels=labels))
    wanted = _wanted(service, facets)
    lines += map(_line, wanted)
    if not wanted:
        lines += [_line(one) for one in _instead(service) if one.facet]
    return lines


def _line(passage: Passage) -> str:
    label = passage.label.removeprefix(passage.context).strip()
    value = f"\n{passage.text}" if "\n" in passage.text else passage.text
    return texts().sentence("facet", label=label, value=value)


def _answer(
    service: Service,
    stretches: Sequence[Sequence[str]],
    cited: Sequence[Passage],
    *,
    score: float,
    facet: Facet | None = None,
) -> Answer:
    lines = [line for stretch in stretches for line in stretch]
    return Answer(
        outcome=Outcome.GUIDE,
        text="\n".join([*lines, _source(cited)]),
        citations=tuple(one.cited() for one in cited),
        score=score,
        item=service.id,
        facet=facet,
    )


def _source(cited: Sequence[Passage]) -> str:
    """Return the line that names the tables, with where and from when they are in force."""
    says = texts()
    names = dict.fromkeys(
        says.sentence("service_source", title=one.document, stand=stand(one)) for one in cited
    )
    return says.sentence("basis", basis=says.sentence("joiner").join(names))
