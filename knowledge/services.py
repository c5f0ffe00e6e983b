"""Service items (办事事项) of added tables: which of thousands a question is about.

They are found by their names, not by passages: a telephone number is near to no question. Names
differ by a word (首次, 变更, 注销) or by nothing but who is in charge, so the share of the name
that the question says counts as much as the share of the question that the name has.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from knowledge.asking import Enquiry, manners
from knowledge.bm25 import normalised
from knowledge.embedder import Vectors
from knowledge.item import Audience, Facet, Passage
from knowledge.name_words import AskedTerms, NameWords, Scores

LOOKED_AT = 48  # items that are measured closely
BODY = frozenset({Facet.CONDITIONS, Facet.MATERIALS, Facet.BASIS, Facet.RESULT, Facet.NOTE})
BESIDE_NAME = frozenset({
    Facet.DEPARTMENT, Facet.AREA, Facet.TOPIC, Facet.KIND, Facet.APPLICANTS, Facet.OTHER,
})  # fmt: skip
MEASURES = (
    "near",  # cosine of what is asked about with the name, in deviations above all names
    "near_whole",  # the same of the whole question
    "cover",  # rarity-weighted share of what is asked about that the name has
    "cover_all",  # the same with department, area, topic and kind
    "cover_body",  # and with conditions and materials
    "told",  # rarity-weighted share of the name that the question says
    "run",  # longest stretch that question and name share, as a share of the name
    "elsewhere",  # the question names a place that the item is not for
    "denied",  # the name denies what the question says (不属于, 无犯罪记录)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One item of a table: its name, and what the table tells of it."""

    id: str
    name: str
    passages: tuple[Passage, ...]  # the first is the name

    @property
    def owner(self) -> str:
        """The number of the document it stands in."""
        return self.passages[0].owner

    def told(self, facet: Facet) -> tuple[Passage, ...]:
        """Return what the table tells of one facet, column by column."""
        return tuple(one for one in self.passages[1:] if one.facet is facet)

    def words(self, facets: Collection[Facet]) -> str:
        """Return the words of some facets."""
        return " ".join(one.text for one in self.passages[1:] if one.facet in facets)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMatch:
    """An item with the measures of its fit, in the order of ``MEASURES``."""

    service: Service
    measures: tuple[float, ...]
    score: float


def services_of(passages: Iterable[Passage]) -> list[Service]:
    """Return the service items that passages tell of, in their order."""
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.is_service:
            found[passage.item].append(passage)
    return [
        Service(id=name, name=told[0].text, passages=tuple(told)) for name, told in found.items()
    ]


def cells_of(read: Callable[[], Sequence[Passage]]) -> list[Passage]:
    """Return of some passages those that tell of service items."""
    return [passage for passage in read() if passage.is_service]


def texts_of(read: Callable[[], Sequence[Passage]]) -> list[Passage]:
    """Return of some passages all others, which are searched and quoted as texts."""
    return [passage for passage in read() if not passage.is_service]


def names_of(passages: Iterable[Passage]) -> list[str]:
    """Return the texts by whose vectors service items are found, each once."""
    return list(dict.fromkeys(one.text for one in passages if one.is_service and not one.facet))


class Services:
    """The service items of one library; never changed."""

    def __init__(
        self, services: Sequence[Service], vectors: Callable[[Sequence[str]], Vectors]
    ) -> None:
        """Take the items, and where the vectors of texts come from."""
        self.all = tuple(services)
        self._by_id = {one.id: one for one in services}
        self._names = [normalised(one.name) for one in services]
        self._known = NameWords(self._names)
        self._wide = [normalised(f"{one.name} {one.words(BESIDE_NAME)}") for one in services]
        self._bodies = [normalised(one.words(BODY)) for one in services]
        if services:
            self._vectors = vectors([one.name for one in services])

    def get(self, name: str) -> Service | None:
        """Return an item by its id."""
        return self._by_id.get(name)

    @cached_property
    def owners(self) -> frozenset[str]:
        """The numbers of the documents that the items stand in."""
        return frozenset(one.owner for one in self.all)

    def same_name(self, service: Service) -> list[Service]:
        """Return all items of one name, such as those of other districts, in their order."""
        return [one for one in self.all if one.name == service.name]

    def find(
        self,
        asked: Enquiry,
        places: Sequence[str],
        query: Vectors,
        subject: Vectors,
        audience: Audience,
        barred: Collection[str] = frozenset(),
    ) -> list[ServiceMatch]:
        """Return the items that a question may be about, the likeliest first.

        ``query`` and ``subject`` are the vectors, shape (dim,), of the question and of what it
        is about; ``barred`` are documents that may not be quoted.
        """
        if not self.all:
            return []
        near, near_whole = (_normal(self._vectors @ one) for one in (subject, query))
        terms = AskedTerms(asked.subject, asked.text, self._known)
        rough = (
            near + 0.5 * near_whole + 6 * self._known.share(terms.all) + terms.score(self._known)
        )
        seen = [
            int(at)
            for at in np.argsort(-rough)[: 4 * LOOKED_AT]
            if self._may(self.all[at], audience, barred)
        ][:LOOKED_AT]
        found = [
            self._measured(at, asked, terms, places, float(near[at]), float(near_whole[at]))
            for at in seen
        ]
        return sorted(found, key=lambda one: -one.score)

    def _may(self, service: Service, audience: Audience, barred: Collection[str]) -> bool:
        return service.owner not in barred and audience.may_see(service.passages[0].audience)

    def _measured(
        self,
        at: int,
        asked: Enquiry,
        terms: AskedTerms,
        places: Sequence[str],
        near: float,
        near_whole: float,
    ) -> ServiceMatch:
        name, wide = self._names[at], self._wide[at]
        whole = f"{wide} {self._bodies[at]}"
        measures = (
            near,
            near_whole,
            terms.coverage(name),
            terms.coverage(wide),
            terms.coverage(whole),
            self._known.told(name, terms.all),
            _run(asked.text, name),
            float(any(place not in whole for place in places)),
            float(_denies(name, asked.text)),
        )
        weights = manners().weights
        score = sum(weights[key] * value for key, value in zip(MEASURES, measures, strict=True))
        return ServiceMatch(service=self.all[at], measures=measures, score=score)


def _denies(name: str, asked: str) -> bool:
    """Return whether a name denies words that a question says plainly."""
    return any(
        match[1] in asked and match[0] not in asked for match in manners().denied.finditer(name)
    )


def _run(asked: str, name: str) -> float:
    """Return the longest stretch that both share, as a share of the name."""
    best = 0
    for start in range(len(name)):
        while start + best < len(name) and name[start : start + best + 1] in asked:
            best += 1
    return best / max(len(name), 1)


def _normal(scores: Scores) -> Scores:
    deviation = max(float(scores.std()), 1e-6)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)
