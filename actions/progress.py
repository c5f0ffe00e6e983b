"""Progress (进度): see, urge, add to, withdraw, confirm, reopen; all on one's own tickets."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.bearings import say_where_we_are, says_when_filed
from actions.meant import names_other, pointed_at
from actions.people import ask_worker, person_of
from actions.phrases import local_time, phrase
from actions.report import report_in, story_in
from actions.reviving import revived
from actions.speech import entity, intent, metadata, payload, said, say
from actions.tickets.code_guard import CodeGuard
from actions.tickets.errors import TicketError, TooManyCodesError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket
from actions.topic import Topic, talked_about, title_of, topic_of
from actions.understanding.asking_for import asks_for_people, asks_whom_to_complain_to
from actions.understanding.normalise import normalise
from actions.understanding.pointing import (
    asks_when_done,
    follows_up,
    keeps,
    points_back,
    presses,
    speaks_of_ticket,
)
from actions.understanding.reference import find_codes, find_ticket_numbers
from actions.who import cell_at, says_who
from actions.withdrawal import (
    ask_whether_to_withdraw,
    asked_to_withdraw,
    can_be_withdrawn,
    leave_open,
)

FORM = "complaint_form"
SHOWN = 5
SURE_TO_WITHDRAW = 0.5  # of the intent: what is withdrawn cannot be brought back


class TicketAction(Action, ABC):
    """Something done with a ticket of the person who is talking."""

    def __init__(
        self,
        tickets: Callable[[], TicketStore] = resources.tickets,
        enquiry: Callable[[], Action] | None = None,
    ) -> None:
        self.tickets = tickets  # factories: Sanic pickles actions into its workers
        self._enquiry = enquiry or _enquiry

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Find the ticket that is meant, then act on it; answer who goes on about a service."""
        if says_when_filed(dispatcher, tracker) or self._says_who(dispatcher, tracker):
            return []
        if self._is_about_item(tracker):
            answered: list[EventType] = self._enquiry().run(dispatcher, tracker, domain)
            return answered
        begun = revived(tracker, self.tickets) or self._reported(dispatcher, tracker, domain)
        if begun is not None:
            return begun
        ticket = self._meant(dispatcher, tracker)
        if ticket is None:
            return []
        try:
            return [*_answered(tracker), *self.act(dispatcher, tracker, ticket)]
        except TicketError:
            say(
                dispatcher, "utter_move_refused", "ticket_status",
                facts=facts_for(tracker, ticket),
                number=ticket.number, status=ticket.status.label,
            )  # fmt: skip
            return []

    def _says_who(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
        if asks_for_people(said(tracker)):
            say(dispatcher, "utter_private", "no_evidence", contact=ask_worker(tracker))
            return True
        if asks_whom_to_complain_to(normalise(said(tracker))):
            say(dispatcher, "utter_answer", "no_evidence", answer=ask_worker(tracker))
            return True
        return says_who(dispatcher, tracker, self.tickets)

    def _reported(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType] | None:
        """Take in what somebody tells who has no ticket yet (门禁坏了); None if it is about one.

        A story that begins nothing is looked up like any other: it must not be lost.
        """
        text = said(tracker)
        plain = normalise(text)
        is_between = tracker.active_loop_name is not None
        if is_between or not text or find_codes(plain) or _named(tracker):
            return None
        if self.tickets().of_conversation(tracker.sender_id):
            return None
        begun = report_in(text, is_detail=True) or story_in(text)
        if begun is not None or speaks_of_ticket(plain):
            return begun
        found: list[EventType] = _clarify().run(dispatcher, tracker, domain)
        return found

    @abstractmethod
    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Do what this action is for."""

    def fits(self, ticket: Ticket) -> bool:
        """Return whether this action is likely meant for the ticket, where none is named."""
        return ticket.is_open

    def choose(self, dispatcher: CollectingDispatcher, tickets: list[Ticket], name: str) -> None:
        """Ask which of several tickets is meant."""
        lines = [
            phrase(
                "listed_ticket",
                position=position,
                number=ticket.number,
                title=title_of(ticket),
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
            ticket = self._opened(tracker, codes[0].value)
            if ticket is None:
                say(dispatcher, "utter_ticket_unknown", "clarify")
            return ticket
        own = self.tickets().of_conversation(tracker.sender_id)
        named = _named(tracker) or asked_to_withdraw(tracker)
        if named:
            ticket = next((t for t in own if t.number == named), None)
            if ticket is None:  # somebody else's, or none: the same answer
                say(dispatcher, "utter_ticket_unknown", "clarify")
            return ticket
        return self._only(dispatcher, tracker, own)

    def _opened(self, tracker: Tracker, code: str) -> Ticket | None:
        """Return the ticket of a code; who guesses gets the same answer as for a wrong one."""
        address = str(metadata(tracker).get("address") or "")
        try:
            return CodeGuard(self.tickets()).open(
                code, datetime.now(UTC), conversation=tracker.sender_id, address=address
            )
        except TooManyCodesError:
            return None

    def _only(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, own: list[Ticket]
    ) -> Ticket | None:
        if not own:
            if tracker.active_loop_name == FORM:  # 人呢, of what waits to be confirmed
                say(dispatcher, "utter_not_filed_yet", "ticket_draft")
            elif topic_of(tracker) is Topic.ITEM and points_back(normalise(said(tracker))):
                say_where_we_are(dispatcher, tracker)
            else:
                say(dispatcher, "utter_no_tickets", "clarify")
            return None
        fitting = [ticket for ticket in own if self.fits(ticket)]
        candidates = fitting or [ticket for ticket in own if ticket.is_open] or own[:1]
        meant = candidates[0] if len(candidates) == 1 else pointed_at(tracker, candidates)
        if meant is not None:
            return meant
        self.choose(dispatcher, candidates[:SHOWN], intent(tracker)[0] or "ask_progress")
        return None

    def _is_about_item(self, tracker: Tracker) -> bool:
        """Return whether somebody without tickets goes on about a service (那我爸也要交吗)."""
        plain = normalise(said(tracker))
        if topic_of(tracker) is not Topic.ITEM or points_back(plain) or not follows_up(plain):
            return False
        names_one = find_codes(plain) or _named(tracker)
        return not names_one and not self.tickets().of_conversation(tracker.sender_id)


def _clarify() -> Action:
    from actions.clarifying import ActionAnswerOrClarify  # which hands tickets to this module

    return ActionAnswerOrClarify()


def _enquiry() -> Action:
    from actions.enquiry import ActionAnswerQuestion  # which hands tickets to this module

    return ActionAnswerQuestion()


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
            number=ticket.number, title=title_of(ticket),
            status=ticket.status.label, note=_note(ticket),
        )  # fmt: skip
        return talked_about(ticket.number) if _is_own(tracker, ticket) else []


class ActionUrgeTicket(TicketAction):
    """Count an urging (催办)."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_urge_ticket"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Urge, and say how often it was; who only asks when is told what is known."""
        plain = normalise(said(tracker))
        if asks_when_done(plain) and not presses(plain):
            return ActionShowProgress(self.tickets).act(dispatcher, tracker, ticket)
        if ticket.status is Status.DIVERTED:
            return _say_help_again(dispatcher, tracker, ticket)
        urged = self.tickets().urge(
            ticket.number, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_urged", "ticket_status",
            facts=facts_for(tracker, urged), number=urged.number, count=urged.urge_count,
        )  # fmt: skip
        return talked_about(urged.number)


class ActionWithdrawTicket(TicketAction):
    """Take a ticket back."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_withdraw_ticket"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Withdraw; where that is not surely meant, ask first."""
        if keeps(normalise(said(tracker))):  # 先别撤
            return leave_open(dispatcher, ticket, facts_for(tracker, ticket))
        if ticket.status is Status.WITHDRAWN and said(tracker):  # 对,撤
            say(
                dispatcher, "utter_withdrawn", "ticket_status",
                facts=facts_for(tracker, ticket), number=ticket.number,
            )  # fmt: skip
            return []
        is_asked = asked_to_withdraw(tracker) == ticket.number
        is_sure = not said(tracker) or self._is_sure(tracker, ticket)
        if not (is_sure or is_asked) and can_be_withdrawn(ticket):
            return ask_whether_to_withdraw(dispatcher, ticket, facts_for(tracker, ticket))
        gone = self.tickets().withdraw(
            ticket.number, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_withdrawn", "ticket_status",
            facts=facts_for(tracker, gone), number=gone.number,
        )  # fmt: skip
        return [SlotSet("ticket_number", None)]

    def _is_sure(self, tracker: Tracker, ticket: Ticket) -> bool:
        """Return whether this ticket is surely meant, and meant to be withdrawn."""
        text = said(tracker)
        if intent(tracker)[1] < SURE_TO_WITHDRAW or names_other(text, ticket):
            return False
        if ticket.number in {tracker.get_slot("ticket_number"), _named(tracker)}:
            return True
        own = self.tickets().of_conversation(tracker.sender_id)
        is_named = bool(find_codes(normalise(text))) or pointed_at(tracker, own) == ticket
        return len(own) < 2 or is_named


class ActionConfirmSolved(TicketAction):
    """Close a ticket on its reporter's word and ask for a rating."""

    def fits(self, ticket: Ticket) -> bool:
        """Return whether it waits for the reporter's word."""
        return ticket.is_open and ticket.resolved_at is not None

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_confirm_solved"

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Confirm; what nobody has come for yet may be withdrawn."""
        if ticket.resolved_at is None and can_be_withdrawn(ticket):
            facts = facts_for(tracker, ticket)
            return ask_whether_to_withdraw(dispatcher, ticket, facts, is_solved=True)
        closed = self.tickets().confirm(
            ticket.number, True, conversation=tracker.sender_id, now=datetime.now(UTC)
        )
        say(
            dispatcher, "utter_confirmed", "ticket_status",
            facts=facts_for(tracker, closed), number=closed.number,
        )  # fmt: skip
        return talked_about(closed.number)


def _say_help_again(
    dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
) -> list[EventType]:
    """Say the emergency numbers, and who was told: an emergency is not urged but called for."""
    person = person_of(cell_at(ticket.complaint.place))
    say(dispatcher, "utter_emergency_plain", "emergency", facts=facts_for(tracker, ticket))
    say(
        dispatcher, "utter_emergency_told", "emergency",
        member=person.name, telephone=person.telephone, number=ticket.number,
    )  # fmt: skip
    return talked_about(ticket.number)


def _answered(tracker: Tracker) -> list[EventType]:
    """Return the events that forget an earlier 要撤回吗: now something else is meant."""
    asked = tracker.get_slot("withdrawal_asked")
    return [SlotSet("withdrawal_asked", None)] if asked else []


def _named(tracker: Tracker) -> str:
    """Return the ticket number in a chosen option or in the words."""
    numbers = find_ticket_numbers(normalise(said(tracker)))
    return entity(tracker, "ticket_number") or (numbers[0].value if numbers else "")


def facts_for(tracker: Tracker, ticket: Ticket) -> dict[str, object]:
    """Return the ticket for whoever talks; the reporter's words are for the reporter alone."""
    shown = ticket.as_contract()
    foreign = {"description": "", "attributes": [], "address": ""}
    return {"ticket": shown if _is_own(tracker, ticket) else shown | foreign}


def _is_own(tracker: Tracker, ticket: Ticket) -> bool:
    return bool(ticket.complaint.reporter.conversation == tracker.sender_id)


def _note(ticket: Ticket) -> str:
    if ticket.result_text:
        return ticket.result_text
    if ticket.is_open and ticket.due_at:
        return phrase("due", when=local_time(ticket.due_at))
    return ""
