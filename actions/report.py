"""Reports (报事) that the intent classifier took for something else."""

from datetime import UTC, datetime
from typing import Any

from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions.batch import Batch, take_in
from actions.draft import Draft, understood
from actions.tickets.ticket import RequestType
from actions.understanding.bare import says_only_that_there_is_something
from actions.understanding.normalise import normalise
from actions.understanding.pointing import LONGEST_DISMISSAL, points_back
from actions.understanding.problems import enquires, tells_fault
from actions.understanding.understanding import Understanding
from actions.wording import is_question

COMPLAINT_SCORE = 0.5  # sure enough of the category to speak of a ticket
WORDS = 2  # characters beside door, time and telephone that can name a problem
BREATH = 10  # characters of a story told to who has no ticket
STORY = 6  # and so many that they tell one, whatever it is: more than "我是…的业主"


def report_in(text: str, *, is_detail: bool = False) -> list[EventType] | None:
    """Return the events that begin a complaint, if ``text`` tells a problem and its place.

    What was taken for a bare detail need not fit a category: it has a door and a story.
    """
    if is_question(text):
        return None
    if says_only_that_there_is_something(text):
        return None if is_detail else begin(Batch())
    found = understood(text, datetime.now(UTC))
    category = found.category
    fits = (category is not None and category.score >= COMPLAINT_SCORE) or (
        bool(found.place.building) and tells_fault(text)
    )
    told = len(_story(text, found))
    is_told = tells_fault(text) or told >= STORY
    if is_detail and fits and is_told and not found.place.building:
        return begin(Batch(drafts=take_in(text).drafts or (Draft(),)))
    if not found.place.building or not ((fits and told >= WORDS) or (is_detail and told >= STORY)):
        return None
    drafts = take_in(text).drafts
    return begin(Batch(drafts=drafts)) if drafts else None


def story_in(text: str) -> list[EventType] | None:
    """Return the events that begin a complaint with a story that may end in 能不能管管.

    Told in one breath it has no stops, and what it asks is only whether anybody cares.
    """
    is_back = len(text) <= LONGEST_DISMISSAL and points_back(normalise(text))
    if len(text) < BREATH or enquires(text) or is_back:
        return None
    found = understood(text, datetime.now(UTC))
    category = found.category
    fits = category is not None and category.score >= COMPLAINT_SCORE
    is_report = found.request_type is RequestType.REPORT
    is_placed = bool(found.place.building) and len(_story(text, found)) >= BREATH
    if not (fits or is_report or is_placed or tells_fault(text)):
        return None
    drafts = take_in(text).drafts
    return begin(Batch(drafts=drafts)) if drafts else None


def report_at(pending: str, text: str, sent: dict[str, Any]) -> list[EventType] | None:
    """Return the events that register what was told before, at the place that is named now.

    Args:
        pending: What was told.
        text: Names the place.
        sent: The pictures and the point that came with what was told.
    """
    found = understood(pending, datetime.now(UTC)).category
    fits = found is not None and found.score >= COMPLAINT_SCORE
    is_report = understood(pending, datetime.now(UTC)).request_type is RequestType.REPORT
    if not pending or not (fits or is_report or tells_fault(pending)):
        return None
    place = understood(text, datetime.now(UTC))
    drafts = tuple(draft.with_place_of(place) for draft in take_in(pending).drafts)
    if not drafts:
        return None
    return [*begin(Batch(drafts=drafts).with_sent(sent)), SlotSet("pending_question", None)]


def begin(batch: Batch) -> list[EventType]:
    """Return the events that let the complaint form go on from what was told."""
    return [*batch.focused().events(draft_at=None), FollowupAction("complaint_form")]


def _story(text: str, found: Understanding) -> str:
    """Return the words that are neither door nor time nor number."""
    parts = (entity for entity in found.entities if entity.entity != "address")
    kept = list(normalise(text))
    for part in parts:
        kept[part.start : part.end] = [" "] * (part.end - part.start)
    return "".join(character for character in kept if character.isalpha())
