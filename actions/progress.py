"""Progress (进度): see, urge, add to, withdraw, confirm, reopen; all on one's own tickets."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.phrases import local_time, phrase
from actions.speech import entity, intent, payload, said, say
from actions.tickets.errors import TicketError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Ticket
from actions.understanding.normalise import normalise
from actions.understanding.reference import find_codes, find_ticket_numbers

SHOWN = 5


class TicketAction(Action, ABC):
    """Something done with a ticket of the person who is talking."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self.tickets = tickets  # a factory: Sanic pickles actions into its workers

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Find the ticket that is meant, then act on it."""
        ticket = self._meant(dispatcher, tracker)
        if ticket is None:
            return []
        try:
            return self.act(dispatcher, tracker, ticket)
        except TicketError:
            say(
                dispatcher, "utter_move_refused", "ticket_status",
                facts=facts_for(tracker, ticket),
                number=ticket.number, status=ticket.status.label,
            )  # fmt: skip
            return []

    @abstractmethod
    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Do what this action is for."""

    def choose(self, dispatcher: CollectingDispatcher, tickets: list[Ticket], name: str) -> None:
        """Ask which of several tickets is meant."""
        lines = [
            phrase(
                "listed_ticket",
                position=position,
                number=ticket.number,
                title=_title(ticket),
                status=ticket.status.label,
            )
            for position, ticket in enumerate(tickets, 1)
        ]
        choices = [(t.number, payload(name, ticket_number=t.number)) for t in tickets]
        say(
            dispatcher, "utter_ticket_list", "ticket_status",
            choices=choices, count=len(tickets), lines="\n".join(lines),
        )  # fmt: skip

    def _meant(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Ticket | None:
        """Return the ticket named by number or code, or the only one; else ask or say no."""
        codes = find_codes(normalise(said(tracker)))
        if codes:
            ticket = self.tickets().by_code(codes[0].value)
            if ticket is None:
                say(dispatcher, "utter_ticket_unknown", "clarify")
            return ticket
        own = self.tickets().of_conversation(tracker.sender_id)
        named = _named(tracker)
        if named:
            ticket = next((t for t in own if t.number == named), None)
            if ticket is None:  # somebody else's, or none: the same answer
                say(dispatcher, "utter_ticket_unknown", "clarify")
            return ticket
        return self._only(dispatcher, tracker, own)

    def _only(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, own: list[Ticket]
    ) -> Ticket | None:
        if not own:
            say(dispatcher, "utter_no_tickets", "clarify")
            return None
        candidates = [ticket for ticket in own if ticket.is_open] or own[:1]
        if len(candidates) == 1:
            return candidates[0]
        self.choose(dispatcher, candidates[:SHOWN], intent(tracker)[0] or "ask_progress")
        return None


class ActionShowProgress(TicketAction):
    """Say how far a ticket has come."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_show_progress"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Show the status; a ticket opened by code alone shows no words of its reporter."""
        response = "utter_ticket_status" if ticket.is_open else "utter_ticket_closed"
        say(
            dispatcher, response, "ticket_status", facts=facts_for(tracker, ticket),
            number=ticket.number, title=_title(ticket),
            status=ticket.status.label, note=_note(ticket),
        )  # fmt: skip
        return [SlotSet("ticket_number", ticket.number)] if _is_own(tracker, ticket) else []


class ActionUrgeTicket(TicketAction):
    """Count an urging (催办)."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_urge_ticket"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Urge, and say how often it was."""
        urged = self.tickets().urge(
            ticket.number, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_urged", "ticket_status",
            facts=facts_for(tracker, urged), number=urged.number, count=urged.urge_count,
        )  # fmt: skip
        return [SlotSet("ticket_number", urged.number)]


class ActionWithdrawTicket(TicketAction):
    """Take a ticket back."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_withdraw_ticket"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Withdraw."""
        gone = self.tickets().withdraw(
            ticket.number, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_withdrawn", "ticket_status",
            facts=facts_for(tracker, gone), number=gone.number,
        )  # fmt: skip
        return [SlotSet("ticket_number", None)]


class ActionConfirmSolved(TicketAction):
    """Close a ticket on its reporter's word and ask for a rating."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_confirm_solved"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Confirm."""
        closed = self.tickets().confirm(
            ticket.number, True, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_confirmed", "ticket_status",
            facts=facts_for(tracker, closed), number=closed.number,
        )  # fmt: skip
        return [SlotSet("ticket_number", closed.number)]


class ActionReportUnsolved(TicketAction):
    """Have a ticket handled again."""

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
        say(
            dispatcher, "utter_reopened", "ticket_status",
            facts=facts_for(tracker, again), number=again.number,
        )  # fmt: skip
        return [SlotSet("ticket_number", again.number)]


def _named(tracker: Tracker) -> str:
    """Return the ticket number in a chosen option or in the words."""
    numbers = find_ticket_numbers(normalise(said(tracker)))
    return entity(tracker, "ticket_number") or (numbers[0].value if numbers else "")


def facts_for(tracker: Tracker, ticket: Ticket) -> dict[str, object]:
    """Return the ticket for whoever talks; the reporter's words are for the reporter alone."""
    shown = ticket.as_contract()
    foreign = {"description": "", "address": ""}
    return {"ticket": shown if _is_own(tracker, ticket) else shown | foreign}


def _is_own(tracker: Tracker, ticket: Ticket) -> bool:
    return bool(ticket.complaint.reporter.conversation == tracker.sender_id)


def _title(ticket: Ticket) -> str:
    place = ticket.complaint.place
    return f"{place.building}{place.unit}{ticket.category_name}"


def _note(ticket: Ticket) -> str:
    if ticket.result_text:
        return ticket.result_text
    if ticket.is_open and ticket.due_at:
        return phrase("due", when=local_time(ticket.due_at))
    return ""
