"""Not solved (没解决): a ticket is handled again, and a question waits for an answer again."""

from datetime import UTC, datetime

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.progress import ActionUrgeTicket, TicketAction, facts_for
from actions.speech import said, say
from actions.tickets.categories import QUESTION
from actions.tickets.ticket import Ticket
from actions.topic import talked_about
from actions.understanding.unsolved import beside_unsolved


class ActionReportUnsolved(TicketAction):
    """Have a ticket handled again."""

    def fits(self, ticket: Ticket) -> bool:
        """Return whether it was said to be done."""
        return ticket.resolved_at is not None

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_report_unsolved"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Reopen; one that is still being handled is urged instead."""
        store, now = self.tickets(), datetime.now(UTC)
        if ticket.is_open and ticket.resolved_at is None:
            return ActionUrgeTicket(self.tickets).act(dispatcher, tracker, ticket)
        if ticket.is_open:
            again = store.confirm(ticket.number, False, conversation=tracker.sender_id, now=now)
        else:
            again = store.reopen(ticket.number, conversation=tracker.sender_id, now=now)
        if ticket.complaint.category == QUESTION:
            again = self._with_what_is_asked(tracker, again)
            _say_asked_again(dispatcher, tracker, again)
            return talked_about(again.number)
        say(
            dispatcher, "utter_reopened", "ticket_status",
            facts=facts_for(tracker, again), number=again.number,
        )  # fmt: skip
        return talked_about(again.number)

    def _with_what_is_asked(self, tracker: Tracker, question: Ticket) -> Ticket:
        """Return the question with what is asked beside 没解决, for whoever answers it."""
        more = beside_unsolved(said(tracker))
        if not more:
            return question
        return self.tickets().supplement(
            question.number, more, conversation=tracker.sender_id, now=datetime.now(UTC)
        )


def _say_asked_again(dispatcher: CollectingDispatcher, tracker: Tracker, question: Ticket) -> None:
    """Say that the question waits for an answer again: nobody is sent for it."""
    say(
        dispatcher, "utter_question_left", "ticket_status",
        facts=facts_for(tracker, question), number=question.number, code=question.code,
    )  # fmt: skip
