"""Ratings (评价): what residents thought of how a ticket was handled."""

from datetime import UTC, datetime

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import resources
from actions.progress import TicketAction, facts_for
from actions.speech import entity, said, say
from actions.tickets.ticket import Ticket
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.rating import rating_of

UNDERSTANDING = 1  # 理解; below it somebody should look again


class ActionRateService(TicketAction):
    """Keep a rating, 0 (不满意) to 3 (非常满意)."""

    def fits(self, ticket: Ticket) -> bool:
        """Return whether there is something to rate that was not rated yet."""
        return ticket.resolved_at is not None and ticket.satisfaction is None

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_rate_service"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Rate; words without a grade get the grades to choose from."""
        chosen = entity(tracker, "stars")
        stars = int(chosen) if chosen.isdigit() else rating_of(normalise(said(tracker)))
        facts = facts_for(tracker, ticket)
        if stars is None:
            say(dispatcher, "utter_ask_rating", "ticket_status", facts=facts, number=ticket.number)
            return []
        self.tickets().rate(
            ticket.number, stars, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        response = "utter_rated" if stars >= UNDERSTANDING else "utter_rated_low"
        say(dispatcher, response, "ticket_status", facts=facts, number=ticket.number)
        return []


def rates_ticket(tracker: Tracker) -> bool:
    """Return whether words of praise or blame are about the ticket that was just settled."""
    if topic_of(tracker) is not Topic.TICKET or rating_of(normalise(said(tracker))) is None:
        return False
    own = resources.tickets().of_conversation(tracker.sender_id)
    talked = (t for t in own if t.number == tracker.get_slot("ticket_number"))
    return any(ticket.resolved_at and ticket.satisfaction is None for ticket in talked)
