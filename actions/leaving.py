"""Left questions (留言): what had no answer goes to a worker, as a ticket; and asking back."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.bearings import PENDING, agrees_to_leave
from actions.enclosed import sent_with_pending
from actions.speech import metadata, said, say
from actions.tickets.categories import QUESTION
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Reporter, RequestType
from actions.topic import talked_about


class ActionLeaveQuestion(Action):
    """Leave the unanswered question for a worker, as a ticket with a number."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_leave_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """File the question that had no answer."""
        question = str(tracker.get_slot("pending_question") or "")
        question = question if agrees_to_leave(tracker) else said(tracker) or question
        if not question:
            say(dispatcher, "utter_nothing_to_leave", "clarify")
            return []
        sent = metadata(tracker)
        is_before = question == tracker.get_slot(PENDING)
        before = sent_with_pending(tracker).get("media") if is_before else None
        complaint = Complaint(
            category=QUESTION,
            description=question,
            request_type=RequestType.ENQUIRY,
            urgency=4,
            media=(*(before or ()), *(sent.get("media") or ())),
            reporter=Reporter(
                conversation=tracker.sender_id, channel=str(sent.get("channel") or "")
            ),
            origin=f"{tracker.sender_id}:{sent.get('message_id')}",
        )
        ticket = self._tickets().file(complaint, datetime.now(UTC))
        say(
            dispatcher,
            "utter_question_left",
            "ticket",
            facts={"ticket": ticket.as_contract()},
            number=ticket.number,
            code=ticket.code,
        )
        return [SlotSet("pending_question", None), *talked_about(ticket.number)]


class ActionClarify(Action):
    """Ask back with choices; also what happens when no rule applies."""

    def name(self) -> str:
        """Return the name the policy falls back to."""
        return "action_clarify"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Offer the doors there are."""
        say(dispatcher, "utter_clarify", "clarify")
        return []
