"""The topic (话题): what was talked about last, for people who say 刚才那个 or 那多久呢."""

from enum import StrEnum

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.tickets.ticket import Ticket


class Topic(StrEnum):
    """What may have been talked about last."""

    TICKET = "ticket"
    ITEM = "item"
    TEXT = "text"  # what a clause of an added document answered
    QUESTION = "question"  # one that had no answer
    LEAVING = "leaving"  # such a question, and whether to leave it to a person was asked


def topic_of(tracker: Tracker) -> Topic | None:
    """Return what was talked about last, if anything was."""
    kept = tracker.get_slot("topic")
    return Topic(kept) if kept else None


def talks_of(topic: Topic) -> EventType:
    """Return the event that notes the topic."""
    return SlotSet("topic", topic.value)


def talked_about(number: str) -> list[EventType]:
    """Return the events that note the ticket talked about."""
    return [SlotSet("ticket_number", number), talks_of(Topic.TICKET)]


def title_of(ticket: Ticket) -> str:
    """Return where and what, as a list shows a ticket."""
    place = ticket.complaint.place
    return f"{place.building}{place.unit}{ticket.category_name}"
