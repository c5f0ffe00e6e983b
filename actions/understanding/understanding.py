"""Everything one message says, put together from the parsers of this package."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from actions.tickets.categories import Category, load_categories
from actions.tickets.ticket import Place, RequestType
from actions.understanding.category import CategoryClassifier, CategoryGuess
from actions.understanding.contact import find_contacts, own_contact
from actions.understanding.department import (
    DepartmentClassifier,
    DepartmentGuess,
    load_departments,
)
from actions.understanding.entity import Entity
from actions.understanding.frequency import find_frequency
from actions.understanding.lexicon import load_lexicon
from actions.understanding.normalise import normalise
from actions.understanding.place import find_places
from actions.understanding.rating import rating_of
from actions.understanding.reference import find_codes, find_invitations, find_ticket_numbers
from actions.understanding.reporter import find_on_behalf_of, is_anonymous, is_named
from actions.understanding.request_type import RequestTypeReader, only_asks, told_problems
from actions.understanding.since import Since, find_since
from actions.understanding.urgency import urgency_of
from actions.understanding.vectors import Embed
from actions.understanding.wishes import wish_of

TOP = 3  # categories that are named
SHORT, SURE = 60, 0.4  # a short message that fits a category follows its department
USUAL_URGENCY = 3
OF_QUESTION = 0.45  # of a category at most, where a message only asks where, when or how much
_OF_TYPE = {RequestType.PRAISE: "OTH-02", RequestType.SUGGESTION: "OTH-01"}


class DepartmentRouter(Protocol):
    """Names the department class of a message: ours by words, or one that was trained."""

    def route(self, plain: str) -> DepartmentGuess | None:
        """Return the department class, or None if nothing points anywhere."""
        ...


class CategorySorter(Protocol):
    """Weighs our guesses of the category with what a community's history says."""

    def sort(self, plain: str, guesses: list[CategoryGuess], *, top_k: int) -> list[CategoryGuess]:
        """Return the most likely categories, best first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What a message says; what it does not say is empty."""

    place: Place = field(default_factory=Place)
    since: Since | None = None
    frequency: str = ""  # in the person's own words
    contact: str = field(default="", repr=False)
    urgency: int = USUAL_URGENCY
    categories: tuple[CategoryGuess, ...] = ()  # best first
    department: str = ""
    department_confidence: float = 0.0
    request_type: RequestType = RequestType.COMPLAINT
    is_anonymous: bool = False
    is_named: bool = False  # whether a wish to be anonymous is taken back
    on_behalf_of: str = ""
    ticket_number: str = ""
    ticket_code: str = ""
    invitation: str = ""
    rating: int | None = None  # 0–3
    entities: tuple[Entity, ...] = field(default=(), repr=False)

    @property
    def category(self) -> CategoryGuess | None:
        """The most likely category, if there is any."""
        return self.categories[0] if self.categories else None

    def as_dict(self) -> dict[str, Any]:
        """Return what ``linli understand`` prints, but for the intent."""
        return {
            "department": self.department,
            "department_confidence": round(self.department_confidence, 4),
            "categories": [guess.as_dict() for guess in self.categories],
            "request_type": self.request_type.value,
            "entities": [entity.as_dict() for entity in self.entities],
            "draft": self._draft(),
        }

    def _draft(self) -> dict[str, Any]:
        best = self.category
        return {
            "category": {"code": best.code, "name": best.name} if best else None,
            "address": self.place.address,
            "building": self.place.building,
            "unit": self.place.unit,
            "room": self.place.room,
            "urgency": self.urgency,
            "contact": self.contact,
            "since": self.since.phrase if self.since else "",
            "frequency": self.frequency,
            "is_anonymous": self.is_anonymous,
            "on_behalf_of": self.on_behalf_of,
        }


class Understander:
    """Reads messages with one table of categories and one list of known communities."""

    def __init__(
        self,
        categories: Mapping[str, Category],
        *,
        communities: Iterable[str] = (),
        embed: Embed | None = None,
        departments: DepartmentRouter | None = None,
        sorter: CategorySorter | None = None,
    ) -> None:
        self._categories = categories
        self._communities = tuple(communities)
        self._classifier = CategoryClassifier(categories, embed)
        self._request_types = RequestTypeReader(embed, told_problems(categories))
        self._departments, self._sorter = departments, sorter
        self._by_words = DepartmentClassifier(load_departments(), embed)

    def understand(self, text: str, now: datetime) -> Understanding:
        """Return what the message says.

        Args:
            text: as the person wrote it; positions of entities count in these characters.
            now: aware; the approximate dates are reckoned from it.
        """
        plain = normalise(text)
        numbers, codes = find_ticket_numbers(plain), find_codes(plain)
        contacts, invitations = find_contacts(plain), find_invitations(plain)
        rest = _blanked(plain, [*numbers, *codes, *contacts, *invitations])
        place, parts = find_places(rest, self._communities)
        since = find_since(rest, now)
        often, behalf = find_frequency(rest), find_on_behalf_of(plain)
        request_type = self._request_types.read(plain)
        guesses = self._guesses(plain, request_type)
        route = self._route(plain, guesses)
        times = [one.as_entity() for one in (since, often) if one]
        persons = [behalf] if behalf else []
        return Understanding(
            place=place,
            since=since,
            frequency=often.phrase if often else "",
            contact=own_contact(plain, contacts),
            urgency=self._urgency(plain, guesses, request_type),
            categories=guesses,
            department=route.name if route else "",
            department_confidence=route.confidence if route else 0.0,
            request_type=request_type,
            is_anonymous=is_anonymous(plain, text),
            is_named=is_named(plain),
            on_behalf_of=behalf.value if behalf else "",
            ticket_number=numbers[0].value if numbers else "",
            ticket_code=codes[0].value if codes else "",
            invitation=invitations[0].value if invitations else "",
            rating=rating_of(plain),
            entities=_ordered([*numbers, *codes, *contacts, *parts, *times, *persons]),
        )

    def _guesses(self, plain: str, request_type: RequestType) -> tuple[CategoryGuess, ...]:
        guesses = self._sorted(plain)
        is_question = request_type is RequestType.ENQUIRY and only_asks(plain)
        wished = self._categories.get(wish_of(plain))
        if wished:
            others = [guess for guess in guesses if guess.code != wished.code]
            sure = CategoryGuess(code=wished.code, name=wished.name, score=0.9, confidence=0.9)
            return (sure, *others[: TOP - 1])
        by_type = self._categories.get(_OF_TYPE.get(request_type, ""))
        if by_type and request_type is RequestType.PRAISE and self._request_types.praises(plain):
            others = [guess for guess in guesses if guess.code != by_type.code]
            praise = CategoryGuess(code=by_type.code, name=by_type.name, score=0.9, confidence=0.9)
            return (praise, *others[: TOP - 1])
        if by_type and not guesses:
            code, name = by_type.code, by_type.name
            return (CategoryGuess(code=code, name=name, score=0.5, confidence=0.5),)
        return tuple(map(_unsure, guesses) if is_question else guesses)

    def _sorted(self, plain: str) -> list[CategoryGuess]:
        if self._sorter is None:
            return self._classifier.guess(plain, top_k=TOP)
        guesses = self._classifier.guess(plain, top_k=2 * TOP)
        return self._sorter.sort(plain, guesses, top_k=TOP)

    def _urgency(
        self, plain: str, guesses: tuple[CategoryGuess, ...], request_type: RequestType
    ) -> int:
        usual = self._categories[guesses[0].code].urgency if guesses else USUAL_URGENCY
        return urgency_of(plain, usual=usual, request_type=request_type)

    def _route(self, plain: str, guesses: tuple[CategoryGuess, ...]) -> DepartmentGuess | None:
        if self._departments is not None:
            return self._departments.route(plain)
        usual = self._usual(guesses[0]) if guesses else None
        if usual and len(plain) < SHORT and guesses[0].score >= SURE:
            return usual
        return self._by_words.route(plain) or usual

    def _usual(self, guess: CategoryGuess) -> DepartmentGuess:
        return DepartmentGuess(self._categories[guess.code].department, guess.confidence)


def understand(text: str, now: datetime) -> Understanding:
    """Return what the message says, by the shipped categories and without an embedder."""
    return _shipped().understand(text, now)


@cache
def _shipped() -> Understander:
    return Understander(load_categories(), communities=load_lexicon()["communities"])


def _unsure(guess: CategoryGuess) -> CategoryGuess:
    """Return the category of a mere question, too unsure for a complaint to be offered."""
    return replace(guess, score=min(guess.score, OF_QUESTION))


def _blanked(plain: str, entities: Iterable[Entity]) -> str:
    """Return the text with the entities blanked out, in its old length."""
    for entity in entities:
        plain = plain[: entity.start] + " " * (entity.end - entity.start) + plain[entity.end :]
    return plain


def _ordered(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.start, entity.end)))
