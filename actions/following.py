"""Following (接着问): what a question without a subject is about, kept from turn to turn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Self

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.phrases import phrases
from actions.understanding.normalise import normalise
from actions.understanding.pointing import (
    LONGEST_FOLLOW_UP,
    follows_up,
    names_nothing,
    without_courtesies,
)
from actions.understanding.subject import NAMES, WHETHER, bare_name, without_lead
from knowledge.answer import Answer, Outcome
from knowledge.asking import enquiry
from knowledge.facets import is_only_asking
from knowledge.item import Facet

SUBJECT = "subject"  # key of the slot ``other_drafts`` for what was asked about last
ENOUGH = 0.5  # share of a subject that an answer has to speak of
OF_ITS_OWN = 5  # characters that name another matter, and not a case of the one before
NAMED = 4  # characters that name a thing by themselves
FEWEST = 2  # characters of a title that choose it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was asked about last."""

    question: str = ""  # in the words of who asked; empty for an item, which has a name
    asked: str = ""  # as it was put to the knowledge base
    document: str = ""  # the added document that answered
    facet: str = ""  # of the item that was told
    offered: tuple[tuple[str, str], ...] = ()  # (item id, title) of the choices shown last

    @classmethod
    def of(cls, tracker: Tracker) -> Self:
        """Return what was asked about last in this conversation."""
        kept: dict[str, Any] = (tracker.get_slot("other_drafts") or {}).get(SUBJECT) or {}
        offered = tuple((str(item), str(title)) for item, title in kept.get("offered") or ())
        return cls(**{**kept, "offered": offered})

    def kept(self, tracker: Tracker, events: Iterable[EventType] = ()) -> list[EventType]:
        """Return the events, and the one that keeps this; nothing is kept during a form."""
        before = list(events)
        if tracker.active_loop_name is not None:
            return before
        others = tracker.get_slot("other_drafts") or {}
        for event in before:
            if event["event"] == "slot" and event["name"] == "other_drafts":
                others = event["value"] or {}
        told = {**asdict(self), "offered": [list(one) for one in self.offered]}
        return [*before, SlotSet("other_drafts", {**others, SUBJECT: told})]

    def told(self, answer: Answer, question: str) -> Self:
        """Return what is talked about once ``answer`` was given to ``question``."""
        known = {item for item, _ in self.offered}
        offered = answer.choices or (self.offered if answer.item in known else ())
        is_text = not answer.item and bool(answer.citations)
        return replace(
            self,
            question=question if is_text else "",
            asked=answer.asked.question if answer.asked else "",
            document=answer.citations[0].document if is_text else "",
            facet=answer.facet.value if answer.facet else "",
            offered=tuple(offered),
        )

    def refused(self, question: str) -> Self:
        """Return what is talked about once nothing was found for ``question``."""
        return replace(self, question=question, asked="", document="", facet="", offered=())

    def ways(self, text: str) -> Sequence[str]:
        """Return a question without a subject as it may be asked with this one, best first."""
        about = about_of(self.question)
        asks: Mapping[str, str] = phrases()["asked_in_full"]
        full = [asks[one] for one in enquiry(text).facets if one in asks]
        ways = [f"{about} {words}" for words in (text, *full)]
        return [*ways, f"{self.document} {about} {text}"] if self.document else ways

    def is_in(self, answer: Answer) -> bool:
        """Return whether an answer is about this, and no quote about something else."""
        documents = {one.document for one in answer.citations}
        if answer.held or answer.item or self.document in documents:
            return True
        return speaks_of(answer, about_of(self.question))


def about_of(question: str) -> str:
    """Return what a question is about, without what it asks (停车月卡 in 停车月卡多少钱)."""
    rest = " ".join(enquiry(without_courtesies(normalise(question))).subject.split())
    return rest if sum(map(str.isalnum, rest)) >= FEWEST else question


def speaks_of(answer: Answer, subject: str) -> bool:
    """Return whether what is cited has the better part of a subject's words in it."""
    words = [one + other for one, other in pairwise(subject) if (one + other).isalnum()]
    whole = normalise(
        " ".join([answer.text, *(f"{one.document} {one.text}" for one in answer.citations)])
    )
    return not words or sum(word in whole for word in words) >= ENOUGH * len(words)


def asks_without_subject(text: str) -> bool:
    """Return whether a question says what it asks for, and nothing of what (要收费吗)."""
    plain = without_courtesies(normalise(text))
    asked = enquiry(plain)
    if not asked.facets or len(plain) > LONGEST_FOLLOW_UP:
        return False
    is_bare = is_only_asking(asked.text) or is_only_asking(asked.subject)
    return is_bare or (names_nothing(plain) and NAMES.search(plain) is None)


def names_subject(text: str) -> bool:
    """Return whether a question names what it is about, so that it begins another matter."""
    about = WHETHER.sub("", about_of(text))
    return not follows_up(normalise(text)) and len(about) >= OF_ITS_OWN


def names_at_length(text: str) -> bool:
    """Return whether a short question names something by itself (那停车月卡呢)."""
    return len(without_lead(about_of(text))) >= NAMED


def facets_wanted(text: str) -> tuple[Facet, ...]:
    """Return the sides of a service that are asked for; none for how to go about it at all."""
    return tuple(one for one in enquiry(text).facets if one is not Facet.STEPS)


def chosen_of(offered: Iterable[tuple[str, str]], text: str) -> str:
    """Return the offered item that a part of its title names alone (首次的); else empty."""
    plain = without_courtesies(normalise(text))
    if len(plain) > LONGEST_FOLLOW_UP:
        return ""
    part = bare_name(enquiry(plain).subject)
    named = [item for item, title in offered if len(part) >= FEWEST and part in normalise(title)]
    return named[0] if len(named) == 1 else ""


def chosen(tracker: Tracker, text: str) -> str:
    """Return the item that the words choose among those offered last, outside of any form."""
    offered = () if tracker.active_loop_name is not None else Subject.of(tracker).offered
    return chosen_of(offered, text) if text else ""


def nothing(answer: Answer) -> Answer:
    """Return the refusal in place of an answer that is about something else."""
    return replace(
        answer, outcome=Outcome.NO_EVIDENCE, text="", citations=(), item=None, choices=()
    )
