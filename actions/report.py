"""Reports (报事) that the intent classifier took for something else."""

from datetime import UTC, datetime

from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions.draft import Draft, is_question, understood
from actions.understanding.understanding import Understanding

COMPLAINT_SCORE = 0.5  # sure enough of the category to speak of a ticket
WORDS = 2  # characters beside door, time and telephone that can name a problem
STORY = 6  # and so many that they tell one, whatever it is: more than "我是…的业主"


def report_in(text: str, *, is_detail: bool = False) -> list[EventType] | None:
    """Return the events that begin a complaint, if ``text`` tells a problem and its place.

    What was taken for a bare detail need not fit a category: it has a door and a story.
    """
    if is_question(text):
        return None
    found = understood(text, datetime.now(UTC))
    category = found.category
    fits = category is not None and category.score >= COMPLAINT_SCORE
    told = len(_story(text, found))
    if not found.place.building or not ((fits and told >= WORDS) or (is_detail and told >= STORY)):
        return None
    slots = Draft().taking_in(text).to_slots()
    events: list[EventType] = [SlotSet(name, value) for name, value in slots.items()]
    return [*events, FollowupAction("complaint_form")]


def _story(text: str, found: Understanding) -> str:
    """Return the words that are neither door nor time nor number."""
    parts = (entity for entity in found.entities if entity.entity != "address")
    kept = list(text)
    for part in parts:
        kept[part.start : part.end] = [" "] * (part.end - part.start)
    return "".join(character for character in kept if character.isalpha())
