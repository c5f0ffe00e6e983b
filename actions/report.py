"""Reports (报事) that the intent classifier took for something else."""

from datetime import UTC, datetime

from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions.draft import Draft, is_question, understood

COMPLAINT_SCORE = 0.5  # sure enough of the category to speak of a ticket
LONG = 8  # characters; a place and a problem need that many


def report_in(text: str) -> list[EventType] | None:
    """Return the events that begin a complaint, if ``text`` names a problem and its place."""
    if len(text) < LONG or is_question(text):
        return None
    found = understood(text, datetime.now(UTC))
    category = found.category
    if category is None or category.score < COMPLAINT_SCORE or not found.place.building:
        return None
    slots = Draft().taking_in(text).to_slots()
    events: list[EventType] = [SlotSet(name, value) for name, value in slots.items()]
    return [*events, FollowupAction("complaint_form")]
