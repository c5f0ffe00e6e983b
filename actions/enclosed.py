"""What comes beside the words (随附): a picture or a point stays with what it was sent for."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.batch import Batch
from actions.bearings import PENDING
from actions.speech import metadata

SENT = "sent_with"  # key of the slot ``other_drafts`` for what came with the pending question


def enclosed(tracker: Tracker) -> Batch:
    """Return the drafts with what came beside the words, however these were heard.

    What was said of a filed ticket keeps its pictures there.
    """
    batch = Batch.from_tracker(tracker)
    return batch if _is_of_ticket(tracker) else batch.with_sent(metadata(tracker))


def enclosing(tracker: Tracker) -> list[EventType]:
    """Return the events that keep the drafts where something came beside the words."""
    batch = enclosed(tracker)
    return [] if batch == Batch.from_tracker(tracker) else batch.draft_events()


def pending(tracker: Tracker, question: str) -> list[EventType]:
    """Return the events that keep what may yet be reported or left, with what came beside it."""
    kept = [SlotSet(PENDING, question or None)]
    sent = {name: metadata(tracker).get(name) for name in ("media", "location")}
    if tracker.active_loop_name == "complaint_form" or not any(sent.values()):
        return kept  # the draft takes it, or there is none
    others = tracker.get_slot("other_drafts") or {}
    return [*kept, SlotSet("other_drafts", {**others, SENT: {**sent, "question": question}})]


def sent_with_pending(tracker: Tracker) -> dict[str, Any]:
    """Return what came beside the pending question, and not beside an older one."""
    sent: dict[str, Any] = (tracker.get_slot("other_drafts") or {}).get(SENT) or {}
    return sent if sent.get("question") == tracker.get_slot(PENDING) else {}


def _is_of_ticket(tracker: Tracker) -> bool:
    """Return whether the message was about a filed ticket: this turn set which."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "slot" and event["name"] == "ticket_number" and event["value"]:
            return True
    return False
