"""Whether to withdraw (要撤回吗): asked once where a ticket seems to be needed no more."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import say
from actions.tickets.ticket import NEXT, Status, Ticket
from actions.topic import Topic, talked_about, title_of, topic_of

ANSWERED_WITHIN = timedelta(minutes=10)  # after which a 对 is about something else


def can_be_withdrawn(ticket: Ticket) -> bool:
    """Return whether its reporter may take it back."""
    return ticket.is_open and Status.WITHDRAWN in NEXT[ticket.status]


def ask_whether_to_withdraw(
    dispatcher: CollectingDispatcher,
    ticket: Ticket,
    facts: Mapping[str, Any],
    *,
    is_solved: bool = False,
) -> list[EventType]:
    """Ask it; what is withdrawn cannot be brought back, so a doubtful word is not enough."""
    response = "utter_ask_withdraw_solved" if is_solved else "utter_ask_withdraw"
    say(
        dispatcher, response, "ticket_status", facts=facts,
        number=ticket.number, title=title_of(ticket), status=ticket.status.label,
    )  # fmt: skip
    asked = {"number": ticket.number, "at": datetime.now(UTC).isoformat()}
    return [*talked_about(ticket.number), SlotSet("withdrawal_asked", asked)]


def leave_open(
    dispatcher: CollectingDispatcher, ticket: Ticket, facts: Mapping[str, Any]
) -> list[EventType]:
    """Say that a ticket goes on after all."""
    say(dispatcher, "utter_not_withdrawn", "ticket_status", facts=facts, number=ticket.number)
    return [SlotSet("withdrawal_asked", None)]


def asked_to_withdraw(tracker: Tracker) -> str:
    """Return the ticket whose withdrawal was asked about just now; empty if none was."""
    asked = tracker.get_slot("withdrawal_asked") or {}
    number = str(asked.get("number") or "")
    if not number or topic_of(tracker) is not Topic.TICKET:
        return ""
    is_fresh = datetime.now(UTC) - datetime.fromisoformat(asked["at"]) < ANSWERED_WITHIN
    return number if is_fresh and tracker.get_slot("ticket_number") == number else ""
