"""The nouns of the knowledge base: items, clauses, passages and citations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """Who may see something; a worker (社区工作者) also sees what is public."""

    PUBLIC = "public"
    WORKER = "worker"

    def may_see(self, other: "Audience") -> bool:
        """Return whether this audience may see what is meant for the other."""
        return other is Audience.PUBLIC or self is Audience.WORKER


class Kind(StrEnum):
    """What an item is: a service guide (办事指南) or another kind of text."""

    GUIDE = "guide"
    POLICY = "policy"
    PROCEDURE = "procedure"
    EMERGENCY = "emergency"
    DOCUMENT = "document"  # added by a person, not shipped


class Facet(StrEnum):
    """One side of a service guide, in the order in which a card shows them."""

    CONDITIONS = "conditions"
    MATERIALS = "materials"
    STEPS = "steps"
    TIME_LIMIT = "time_limit"
    FEE = "fee"
    PLACE = "place"
    TELEPHONE = "telephone"
    # what tables of service items tell beside these
    COMPLAINT = "complaint"
    HOURS = "hours"
    DEPARTMENT = "department"
    APPLICANTS = "applicants"
    ONLINE = "online"
    VISITS = "visits"
    RESULT = "result"
    VALIDITY = "validity"
    BASIS = "basis"
    KIND = "kind"
    AREA = "area"
    TOPIC = "topic"
    NOTE = "note"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause (条款) that an item rests on."""

    document: str
    text: str
    label: str = ""
    number: str = ""
    issuer: str = ""
    effective: str = ""
    source: str = ""
    exact: bool = False  # False: a careful paraphrase, not the official wording
    supports: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeItem:
    """A shipped service item or policy topic (知识条目)."""

    id: str
    title: str
    kind: Kind
    audience: Audience
    area: str
    summary: str
    checked: str  # ISO date
    demonstration: bool = False
    elsewhere: bool = False  # it is about other places, so a question may name one
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    facets: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    demonstration_facets: frozenset[Facet] = frozenset()
    clauses: tuple[Clause, ...] = ()
    note: str = ""
    related: tuple[str, ...] = ()

    def is_demonstration(self, facet: Facet | None = None) -> bool:
        """Return whether this item, or one facet of it, is invented for the demonstration."""
        return self.demonstration or facet in self.demonstration_facets


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of text that can be found and quoted (段落).

    ``context`` and ``surfaces`` help to find it and are never quoted.
    """

    id: str
    document: str
    text: str
    label: str = ""
    source: str = ""
    checked: str = ""
    audience: Audience = Audience.PUBLIC
    context: str = ""  # the headings above it
    surfaces: tuple[str, ...] = ()  # questions and names people use for it
    item: str = ""
    facet: Facet | None = None
    kind: Kind = Kind.DOCUMENT
    area: str = ""
    dated: str = ""  # ISO date from which it is in force, or on which it was issued
    owner: str = ""  # the added document's number, empty for shipped items

    @property
    def is_service(self) -> bool:
        """Whether it tells of a service item of an added table, ``item``, or names it."""
        return bool(self.owner and self.item)

    def is_to_come(self, day: str) -> bool:
        """Return whether it is not in force yet on a day (ISO); where none is known, it is."""
        return bool(day) and self.dated > day

    def cited(self) -> "Citation":
        """Return the citation of the whole text."""
        return Citation(
            document=self.document,
            clause=self.label,
            quote=self.text,
            text=self.text,
            source=self.source,
            checked=self.checked,
            passage=self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The words an answer rests on (出处); ``quote`` is an exact substring of ``text``."""

    document: str
    clause: str
    quote: str
    text: str
    source: str
    checked: str
    passage: str

    def __post_init__(self) -> None:
        if not self.quote or self.quote not in self.text:
            raise ValueError("a quote is an exact, non-empty substring of the cited text")
