"""Drafts that are confirmed together: one message may tell of several problems."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import resources
from actions.draft import Draft, understood
from actions.phrases import phrase, phrases
from actions.understanding.listing import Door, listed_doors
from actions.understanding.normalise import normalise
from actions.understanding.problems import (
    MOST,
    Part,
    bare_place_in,
    problems_of,
    questions_of,
    split_message,
)
from actions.understanding.understanding import Understanding
from actions.wording import says_what

FORM_SLOTS = ("problem", "place", "details", "confirmation")
DRAFT_SLOTS = ("draft", "other_drafts", *FORM_SLOTS, "draft_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One draft that is talked about, among others in the order in which they were told."""

    drafts: tuple[Draft, ...] = (Draft(),)
    at: int = 0

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> Self:
        """Return the drafts in the slots; one new draft where there is none."""
        return cls.from_slots(tracker.get_slot("draft"), tracker.get_slot("other_drafts"))

    @classmethod
    def from_slots(cls, draft: dict[str, Any] | None, kept: dict[str, Any] | None) -> Self:
        """Return the drafts in the values of the slots ``draft`` and ``other_drafts``."""
        kept = kept or {}
        others = [Draft.from_slot(value) for value in kept.get("drafts", ())]
        at = min(int(kept.get("at", 0)), len(others))
        current = Draft.from_slot(draft)
        return cls(drafts=(*others[:at], current, *others[at:]), at=at)

    @property
    def current(self) -> Draft:
        """Return the draft that is talked about."""
        return self.drafts[self.at]

    @property
    def is_several(self) -> bool:
        """Return whether there is more than one."""
        return len(self.drafts) > 1

    def with_current(self, draft: Draft) -> Self:
        """Return the batch with the draft that is talked about changed."""
        drafts = list(self.drafts)
        drafts[self.at] = draft
        return replace(self, drafts=tuple(drafts))

    def with_sent(self, sent: Mapping[str, Any]) -> Self:
        """Return the batch with what came beside the words, but for what one of its drafts has."""
        known = {one for draft in self.drafts for one in draft.media}
        media = [one for one in sent.get("media") or () if one not in known]
        point = sent.get("location") or {}
        where = (point.get("latitude"), point.get("longitude"))
        is_known = any((draft.latitude, draft.longitude) == where for draft in self.drafts)
        fresh = {"media": media, "location": None if is_known else point}
        return self.with_current(self.current.with_sent(fresh))

    def adding(self, drafts: Iterable[Draft]) -> Self:
        """Return the batch with more drafts at its end; they inherit a place they do not name."""
        return replace(self, drafts=_placed((*self.drafts, *drafts))).sharing_contact()

    def moved_with(self, changed: Draft, found: Understanding) -> Self:
        """Return the batch with the current draft changed; what shared its place moves along."""
        before = self.current
        drafts = [
            self._moved(draft, before, changed, found) if n != self.at else changed
            for n, draft in enumerate(self.drafts)
        ]
        return replace(self, drafts=tuple(drafts)).sharing_contact(by=changed)

    @staticmethod
    def _moved(draft: Draft, before: Draft, changed: Draft, found: Understanding) -> Draft:
        if not draft.description and not before.description:
            draft = draft.about_the_problem_of(changed)
        if not draft.has_place:
            return draft.at_the_place_of(changed)
        shares = (draft.building, draft.unit) == (before.building, before.unit)
        return draft.with_place_of(found) if shares and before.building else draft

    def spread_over(self, doors: Iterable[Door]) -> Self:
        """Return the batch with the current draft once for each of the doors."""
        copies = tuple(self.current.at_door(*door) for door in doors)
        drafts = (*self.drafts[: self.at], *copies, *self.drafts[self.at + 1 :])
        return replace(self, drafts=drafts)

    def placed_at(self, building: str, unit: str, room: str = "") -> Self:
        """Return the batch with the drafts that name no place at the door where somebody lives."""
        drafts = (
            draft.at_home(building, unit, room) if is_lost else draft
            for draft in self.drafts
            for is_lost in [bool(draft.description) and not draft.has_place]
        )
        return replace(self, drafts=tuple(drafts))

    def without(self, position: int) -> Self:
        """Return the batch without one of its drafts."""
        drafts = (*self.drafts[:position], *self.drafts[position + 1 :])
        return replace(self, drafts=drafts or (Draft(),), at=0)

    def only(self, position: int) -> Self:
        """Return the batch of one of its drafts."""
        return replace(self, drafts=(self.drafts[position],), at=0)

    def turned_to(self, position: int) -> Self:
        """Return the batch with another draft talked about."""
        return replace(self, at=position)

    def focused(self) -> Self:
        """Return the batch with the first draft talked about that still lacks something."""
        lacking = (n for n, draft in enumerate(self.drafts) if not draft.is_complete)
        return replace(self, at=next(lacking, self.at))

    def sharing_contact(self, by: Draft | None = None) -> Self:
        """Return the batch in which who reports, and for whom, holds for every draft.

        Whether they stay unnamed was said last in ``by``, and otherwise in any of them.
        """
        told = (self.current, *self.drafts)  # what was said last counts
        contact = next((d.contact for d in told if d.contact), "")
        behalf = next((d.on_behalf_of for d in told if d.on_behalf_of), "")
        hidden = any(d.is_anonymous for d in (self.drafts if by is None else (by,)))
        shared = (
            replace(d, contact=contact, on_behalf_of=d.on_behalf_of or behalf, is_anonymous=hidden)
            for d in self.drafts
        )
        return replace(self, drafts=tuple(shared))

    def events(self, **overrides: object) -> list[EventType]:
        """Return the events that keep the batch; an override asks for one of its parts again."""
        others = (*self.drafts[: self.at], *self.drafts[self.at + 1 :])
        kept = {"at": self.at, "drafts": [draft.to_slot() for draft in others]}
        slots = {
            **self.current.to_slots(),
            "other_drafts": kept if others else None,
            "confirmation": None,  # what has changed is read back first
        }
        return [SlotSet(name, value) for name, value in {**slots, **overrides}.items()]

    def draft_events(self) -> list[EventType]:
        """Return the events that keep the batch and leave what the form knows as it is."""
        return [one for one in self.events() if one["name"] in {"draft", "other_drafts"}]

    def summary(self) -> str:
        """Return the lines that the person is asked to confirm."""
        if not self.is_several:
            return self.current.summary()
        return "\n".join(
            phrase("numbered_draft", position=position, summary=draft.summary())
            for position, draft in enumerate(self.drafts, 1)
        )

    def as_contract(self) -> dict[str, Any]:
        """Return the ``ticket`` object of the HTTP contract; other drafts are ``others`` in it."""
        first = self.current if not self.is_several else self.drafts[0]
        others = [draft.as_contract() for draft in self.drafts[1:]]
        return first.as_contract() | ({"others": others} if others else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearsay:
    """What a message tells: drafts of its problems, and what it asks besides."""

    drafts: tuple[Draft, ...]
    questions: tuple[str, ...] = ()


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the matters of a message."""
    return split_message(text, resources.understander().understand, datetime.now(UTC))


def take_in(text: str, parts: tuple[Part, ...] | None = None) -> Hearsay:
    """Return the drafts of the problems in a message, each with its own place and time."""
    parts = parts_of(text) if parts is None else parts
    told = [part for part in problems_of(parts) if says_what(part.text) or part.door]
    questions = tuple(part.text for part in questions_of(parts))
    if not questions and len(told) <= 1:
        return Hearsay(drafts=_everywhere((Draft().taking_in(text),)) if says_what(text) else ())
    drafts = _told_by(told)
    shared = bare_place_in(text, resources.understander().understand, datetime.now(UTC))
    found = understood(shared or text, datetime.now(UTC))
    first = drafts[:1]
    if first and not first[0].has_place and (shared or len(drafts) == 1):
        drafts = (first[0].with_place_of(found), *drafts[1:])
    if shared and any(word in shared for word in phrases()["of_all"]):  # 都是20栋的
        drafts = tuple(one if one.building else one.with_place_of(found) for one in drafts)
    batch = Batch(drafts=_everywhere(_placed(drafts))).sharing_contact() if drafts else Batch()
    return Hearsay(drafts=batch.drafts if drafts else (), questions=questions)


def _told_by(parts: Iterable[Part]) -> tuple[Draft, ...]:
    """Return the draft of each part; 5栋也坏了 tells of the problem before it at another door."""
    drafts: list[Draft] = []
    for part in parts:
        draft = Draft().taking_in(part.text)
        if not says_what(part.text):
            draft = draft.about_the_problem_of(drafts[-1]) if drafts else draft
        drafts.append(draft)
    return tuple(drafts)


def _everywhere(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return the drafts, one that names several doors once for each, but never too many."""
    spread = tuple(
        copy
        for draft in drafts
        for doors in [listed_doors(normalise(draft.description))]
        for copy in ([draft.at_door(*door) for door in doors] or [draft])
    )
    return spread if len(spread) <= MOST else drafts


def _placed(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return the drafts, each that names no place with the one told before it."""
    placed: list[Draft] = []
    for draft in drafts:
        before = placed[-1] if placed else draft
        placed.append(draft if draft.has_place else draft.at_the_place_of(before))
    return tuple(placed)


def forget_drafts() -> list[EventType]:
    """Return the events that empty the form."""
    return [SlotSet(slot, None) for slot in DRAFT_SLOTS]
