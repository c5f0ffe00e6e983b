"""The draft of a complaint: what has been understood so far, kept in the slot ``draft``."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from actions import resources
from actions.phrases import phrase, phrases
from actions.place_words import fuller, whole_door, with_door
from actions.tickets.attributes import Attribute, Detail, details_of
from actions.tickets.cells import GridCell
from actions.tickets.ticket import Complaint, Place, Reporter, RequestType
from actions.understanding.answers import BETWEEN, told_answers
from actions.understanding.normalise import normalise
from actions.understanding.understanding import Understanding

OTHER, PRAISE = "OTH-99", "OTH-02"
VISIT, MEDIATION = "CAR-03", "MED-02"
# What these need besides; all but the telephone are attributes of their category.
SERVICE, PERSON, WHEN, PARTY, CONTACT = "service", "person", "appointment", "party", "contact"
NEEDED = {VISIT: (SERVICE, WHEN, CONTACT), MEDIATION: (PARTY, CONTACT)}
DESCRIPTION_LIMIT = 4000
LEAST = 0.5  # how often such a guess must be right, for a draft to be called by it
EITHER = 0.9  # and how often one of the two likeliest, for the first of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a ticket needs but its number; a slot value, so plain types only."""

    description: str = ""
    category: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    address: str = ""  # in words: a road, a landmark, "3栋后面的车棚"
    since: str = ""
    frequency: str = ""
    contact: str = ""
    urgency: int = 3
    request_type: str = RequestType.COMPLAINT.value
    is_anonymous: bool = False
    on_behalf_of: str = ""
    media: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    datum: str = ""
    tries: int = 0  # how often the slot that is asked for was not understood
    similar: str = ""  # the number of a ticket that was offered to follow
    is_offered: bool = False  # whether that offer waits for its answer
    answers: dict[str, str] = field(default_factory=dict)  # by code of the category's attribute
    skipped: tuple[str, ...] = ()  # details that somebody would not or could not tell
    is_assumed: bool = False  # whether the door is where somebody lives, not where they said it is
    asks: str = ""  # the attribute that was asked for beside the summary; there is only one

    @classmethod
    def from_slot(cls, value: dict[str, Any] | None) -> Self:
        """Return the draft in the slot; a new one where there is none."""
        known = {name: v for name, v in (value or {}).items() if name in cls.__dataclass_fields__}
        lists = {name: tuple(known.get(name, ())) for name in ("media", "skipped")}
        return cls(**{**known, **lists})

    def to_slot(self) -> dict[str, Any]:
        """Return the slot value."""
        return asdict(self) | {"media": list(self.media), "skipped": list(self.skipped)}

    @property
    def has_place(self) -> bool:
        """Return whether somebody could find it."""
        spot = self.address.rstrip(phrases()["inside"])
        is_told = spot and spot not in phrases()["in_every_building"]
        return bool(self.building or is_told or self.latitude is not None)

    @property
    def cell(self) -> GridCell | None:
        """Return the grid cell of the building."""
        return resources.cells().locate(self.building, self.unit) if self.building else None

    @property
    def where(self) -> str:
        """Return the place as a person says it."""
        door = f"{self.building}{self.unit}{self.room}"
        if not (door or self.address) and self.latitude is not None:
            return f"{self.latitude:.5f}, {self.longitude:.5f}"
        if self.building and self.building in self.address:
            return whole_door(self.address, self.building, self.unit)
        return f"{door} {self.address}".strip()

    @property
    def place(self) -> Place:
        """Return the place with its cell, and its position in the datum that it came in."""
        cells, cell = resources.cells(), self.cell
        return Place(
            address=self.where,
            community=cells.community,
            street=cells.street,
            building=self.building,
            unit=self.unit,
            room=self.room,
            cell=cell.code if cell else "",
            latitude=self.latitude,
            longitude=self.longitude,
            datum=self.datum,
        )

    @property
    def _where_shown(self) -> str:
        if self.is_assumed:
            return phrase("place_assumed", where=self.where)
        return self.where or phrase("place_unclear")

    @property
    def category_name(self) -> str:
        """Return the category as people read it."""
        found = resources.categories().get(self.category)
        return found.name if found else ""

    def with_place_of(self, found: Understanding) -> Self:
        """Return the draft with the parts of a place that ``found`` has.

        A correction of one part ("不对,是5栋") leaves the others, and the words follow it.
        """
        new, address = found.place, self.address
        if self.is_assumed and self._is_elsewhere(new):
            nowhere = replace(self, is_assumed=False, building="", unit="", room="", address="")
            return nowhere.with_place_of(found)
        for old, part in ((self.building, new.building), (self.unit, new.unit)):
            if old and part:
                address = with_door(address, old, part)
        return replace(
            self,
            is_assumed=False,
            building=new.building or self.building,
            unit=new.unit or self.unit,
            room=new.room or self.room,
            address=fuller(address, new),
        )

    def with_spot(self, told: str) -> Self:
        """Return the draft with its place in the words that were used, where they say more."""
        return replace(self, address=told) if len(told) > len(self.address) else self

    def _is_elsewhere(self, new: Place) -> bool:
        """Return whether a place is not at the home that was assumed: 小区东门, 5栋."""
        if new.building:
            return new.building != self.building
        return bool(new.address) and not (new.unit or new.room)

    def with_what_came_before(self, other: "Draft") -> Self:
        """Return the draft with the pictures, the point and the number of one without words."""
        return replace(
            self,
            media=(*other.media, *self.media),
            contact=self.contact or other.contact,
            building=self.building or other.building,
            unit=self.unit or (other.unit if not self.building else ""),
            latitude=other.latitude,
            longitude=other.longitude,
            datum=other.datum,
        )

    def at_the_place_of(self, other: "Draft") -> Self:
        """Return the draft at the place of another; what it says of a spot there is kept."""
        if not other.has_place:
            return self
        return replace(
            self,
            building=other.building,
            unit=self.unit or other.unit,
            room="" if self.unit else other.room,
            address=self.address if other.building else other.address or self.address,
            latitude=other.latitude,
            longitude=other.longitude,
            datum=other.datum,
        )

    def at_home(self, building: str, unit: str, room: str = "") -> Self:
        """Return the draft at the door where somebody lives, until they say another place."""
        home = Draft(building=building, unit=unit, room=room)
        return replace(self.at_the_place_of(home), is_assumed=True)

    def at_door(self, building: str, unit: str) -> Self:
        """Return the draft at one of several doors that were named side by side."""
        return replace(self, building=building, unit=unit, room="", address=f"{building}{unit}")

    def about_the_problem_of(self, other: "Draft") -> Self:
        """Return the draft about what is wrong elsewhere too."""
        return replace(
            self,
            description=other.description,
            category=other.category,
            urgency=other.urgency,
            request_type=other.request_type,
        )

    def with_details_of(self, found: Understanding) -> Self:
        """Return the draft with telephone, time, anonymity and behalf that ``found`` has."""
        since = found.since
        is_told = since is not None and (since.on is not None or not self.since)
        return replace(
            self,
            since=since.phrase if since and is_told else self.since,
            frequency=found.frequency or self.frequency,
            contact=found.contact or self.contact,
            is_anonymous=found.is_anonymous or (self.is_anonymous and not found.is_named),
            on_behalf_of=found.on_behalf_of or self.on_behalf_of,
        )

    def with_problem_of(self, found: Understanding, text: str) -> Self:
        """Return the draft about the problem in ``text``; more words keep the first category."""
        if self.description:
            return replace(
                self,
                description=f"{self.description}\n{text}"[:DESCRIPTION_LIMIT],
                urgency=min(self.urgency, found.urgency),
            )
        return replace(
            self,
            description=text[:DESCRIPTION_LIMIT],
            category=_sure_category(found),
            urgency=found.urgency,
            request_type=_sure_kind(found).value,
        )

    def taking_in(self, text: str) -> Self:
        """Return the draft with everything that a message about a problem says."""
        found = understood(text, datetime.now(UTC))
        filled = self.with_problem_of(found, text).with_details_of(found)
        return replace(filled.with_place_of(found), tries=0)

    @property
    def when_told(self) -> str:
        """Return since when and how often, in the person's own words."""
        told = {self.since, self.frequency} - {""}
        whole = next((one for one in told if all(other in one for other in told)), "")
        return whole or ",".join(one for one in (self.since, self.frequency) if one)

    @property
    def is_complete(self) -> bool:
        """Return whether it says what and where, so that it can be confirmed."""
        return bool(self.description) and self.is_placed and not self.missing

    @property
    def is_placed(self) -> bool:
        """Return whether somebody could find it, in a building that there is."""
        return self.has_place and (not self.building or self.cell is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the details that its kind needs and nobody has told or refused."""
        told = {name for name, value in self.answers.items() if value} | set(self.skipped)
        told |= {CONTACT} if self.contact else set()
        return tuple(one for one in NEEDED.get(self.category, ()) if one not in told)

    def to_slots(self) -> dict[str, Any]:
        """Return the form's slots: what is known counts as answered."""
        return {
            "draft": self.to_slot(),
            "problem": True if self.description else None,
            "place": True if self.is_placed else None,
            "details": True if not self.missing else None,
        }

    def with_sent(self, sent: dict[str, Any]) -> Self:
        """Return the draft with the pictures and the point that came beside the words."""
        media = (*self.media, *(m for m in sent.get("media") or () if m not in self.media))
        location = sent.get("location") or {}
        return replace(
            self,
            media=media,
            latitude=location.get("latitude", self.latitude),
            longitude=location.get("longitude", self.longitude),
            datum=location.get("datum", self.datum),
        )

    def summary(self) -> str:
        """Return the lines that the person is asked to confirm."""
        labels = phrases()["summary"]
        is_report = self.request_type == RequestType.REPORT.value
        lines = {
            "request_type": RequestType.REPORT.label if is_report else "",
            "description": self.description,
            "category": self.category_name,
            "place": self._where_shown,
            "since": self.when_told,
            "contact": self.contact,
            "urgency": phrases()["urgency"][self.urgency] if self.urgency < 3 else "",
            "media": str(len(self.media)) if self.media else "",
            "on_behalf_of": self.on_behalf_of,
        }
        shown = [labels[name].format(value=value) for name, value in lines.items() if value]
        comma = phrase("list_comma")
        shown += [f"{one.name}:{comma.join(one.values)}" for one in self.details]
        return "\n".join(shown + ([labels["anonymous"]] if self.is_anonymous else []))

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Return what the category asks beyond the problem and the place."""
        known = resources.categories().get(self.category)
        return known.attributes if known else ()

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Return the answers to the category's questions, asked for or told in passing."""
        attributes = self.attributes
        lists = {one.code for one in attributes if one.datatype.is_list}
        told = told_answers(attributes, normalise(self.description)) | self.answers
        return {
            code: tuple(answer.split(BETWEEN)) if code in lists else (answer,)
            for code, answer in told.items()
        }

    @property
    def question(self) -> Attribute | None:
        """Return the one question that is left to ask beside the summary, if any is."""
        if self.asks or self.category in NEEDED:
            return None
        given = self.given
        return next((one for one in self.attributes if self._lacks(one, given)), None)

    def _lacks(self, attribute: Attribute, given: Mapping[str, object]) -> bool:
        is_asked = attribute.asked and attribute.variable and not attribute.internal
        fits = re.search(attribute.when, self.description) is not None
        return is_asked and fits and attribute.code not in given

    @property
    def details(self) -> tuple[Detail, ...]:
        """Return the answers by their names, in the order of the category's questions."""
        return details_of(self.attributes, self.given)

    def to_complaint(self, *, conversation: str, channel: str, origin: str) -> Complaint:
        """Return what is filed."""
        return Complaint(
            category=self.category or OTHER,
            description=self.description or phrase("place_unclear"),
            request_type=RequestType(self.request_type),
            place=self.place,
            since=self.when_told,
            urgency=self.urgency,
            reporter=Reporter(
                conversation=conversation,
                channel=channel,
                contact=self.contact,
                is_anonymous=self.is_anonymous,
                on_behalf_of=self.on_behalf_of,
            ),
            media=self.media,
            attributes=self.given,
            origin=origin,
        )

    def as_contract(self) -> dict[str, Any]:
        """Return the ``ticket`` object of the HTTP contract, with no number yet."""
        cell = self.cell
        return {
            "number": None,
            "code": None,
            "status": "draft",
            "category": {"code": self.category, "name": self.category_name},
            "description": self.description,
            "address": self.where,
            "building": self.building,
            "unit": self.unit,
            "room": self.room,
            "grid_cell": cell.code if cell else "",
            "urgency": self.urgency,
            "since": self.when_told,
            "contact": self.contact,
            "attributes": [detail.as_contract() for detail in self.details],
            "due_at": None,
        }


def _sure_category(found: Understanding) -> str:
    """Return the likeliest category; a wrong name on the paper is worse than 其他.

    Of two that hardly anything else comes near, the first will do (打麻将赌钱吵死人).
    """
    first = found.category
    if first is None:
        return OTHER
    either = sum(one.confidence for one in found.categories[:2])
    return first.code if first.confidence >= LEAST or either >= EITHER else OTHER


def _sure_kind(found: Understanding) -> RequestType:
    """Return what it is; praise that is filed under a fault is none."""
    is_praise = found.request_type is RequestType.PRAISE
    is_fault = found.category is not None and found.category.code != PRAISE
    return RequestType.COMPLAINT if is_praise and is_fault else found.request_type


def understood(text: str, now: datetime) -> Understanding:
    """Return what ``text`` says, with the embedder's help."""
    return resources.understander().understand(text, now)
