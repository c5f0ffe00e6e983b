"""Complaints (投诉): draft, ask for what is missing, confirm, file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.draft import OTHER, Draft, is_question, says_what, understood
from actions.enquiry import ActionAnswerQuestion
from actions.hearing import draft_slots
from actions.phrases import local_time, phrase
from actions.speech import entity, metadata, said, say
from actions.tickets.errors import TicketNotFoundError
from actions.tickets.store import TicketStore
from knowledge.answer import Outcome

DRAFT_SLOTS = ("draft", "problem", "place", "confirmation")


class ActionDraftComplaint(Action):
    """Begin a complaint with everything that the first message says."""

    def __init__(self) -> None:
        self._enquiry = ActionAnswerQuestion()

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_draft_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Fill the draft; the form asks for the rest."""
        answered = self._answer_question(dispatcher, tracker)
        if answered:
            return answered
        draft = Draft.from_slot(tracker.get_slot("draft")).with_sent(metadata(tracker))
        text = said(tracker) or str(tracker.get_slot("pending_question") or "")
        if text and says_what(text):
            draft = draft.taking_in(text)
        elif draft.media and not draft.description:
            say(dispatcher, "utter_media_noted", "ticket_draft")
        elif draft.latitude is not None and not draft.description:
            say(dispatcher, "utter_location_noted", "ticket_draft")
        return [*draft_slots(draft), SlotSet("pending_question", None)]

    def _answer_question(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Answer what reads like a report but asks something the knowledge base knows."""
        text = said(tracker)
        if not is_question(text) or understood(text, datetime.now(UTC)).place.building:
            return []
        answer = self._enquiry.find(tracker, is_question=True)
        if answer.outcome is Outcome.NO_EVIDENCE:
            return []
        events = self._enquiry.tell(dispatcher, answer)
        say(dispatcher, "utter_offer_ticket", answer.outcome.value)
        pending = SlotSet("pending_question", text)
        return [*events, pending, FollowupAction("action_listen")]


class ActionAskProblem(Action):
    """Ask what is wrong."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_problem"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; after a miss ask with choices."""
        draft = Draft.from_slot(tracker.get_slot("draft"))
        response = "utter_ask_problem_again" if draft.tries else "utter_ask_problem"
        say(dispatcher, response, "ticket_draft", facts={"ticket": draft.as_contract()})
        return []


class ActionAskPlace(Action):
    """Ask where it is."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_place"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; an unknown building or a miss asks otherwise."""
        draft = Draft.from_slot(tracker.get_slot("draft"))
        facts = {"ticket": draft.as_contract()}
        if draft.building and draft.cell is None:
            response = "utter_ask_unknown_building"
        elif draft.tries:
            response = "utter_ask_place_again"
        else:
            response = "utter_ask_place"
        say(
            dispatcher, response, "ticket_draft",
            facts=facts, category=draft.category_name, building=draft.building,
        )  # fmt: skip
        return []


class ActionAskConfirmation(Action):
    """Read the draft back, or offer to follow a ticket about the same thing."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets  # a factory, not a store: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_confirmation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask for a yes."""
        draft = Draft.from_slot(tracker.get_slot("draft"))
        facts = {"ticket": draft.as_contract()}
        if draft.tries < 0:
            say(dispatcher, "utter_ask_what_to_change", "ticket_draft", facts=facts)
            return []
        similar = None if draft.similar else self._similar(draft, tracker.sender_id)
        if similar is None:
            say(
                dispatcher,
                "utter_ask_confirmation",
                "ticket_draft",
                facts=facts,
                summary=draft.summary(),
            )
            return []
        say(
            dispatcher, "utter_similar_ticket", "ticket_draft",
            facts=facts, summary=draft.summary(), where=similar.complaint.place.building,
            number=similar.number, status=similar.status.label,
        )  # fmt: skip
        return [SlotSet("draft", replace(draft, similar=similar.number).to_slot())]

    def _similar(self, draft: Draft, conversation: str) -> Any:
        if not draft.building or draft.category in {"", OTHER}:
            return None
        found = self._tickets().similar_open(draft.category, draft.building)
        return next(
            (t for t in found if not draft.unit or t.complaint.place.unit == draft.unit), None
        )


class ActionFileComplaint(Action):
    """File the complaint the form has collected and tell the resident its number."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_file_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Store the ticket now; the outbox delivers it later, so a resident never waits."""
        draft = Draft.from_slot(tracker.get_slot("draft"))
        sent = metadata(tracker)
        complaint = draft.to_complaint(
            conversation=tracker.sender_id,
            channel=str(sent.get("channel") or ""),
            origin=f"{tracker.sender_id}:{sent.get('message_id')}",
        )
        ticket = self._tickets().file(complaint, datetime.now(UTC))
        cell = draft.cell
        say(
            dispatcher,
            "utter_complaint_filed",
            "ticket",
            facts={"ticket": ticket.as_contract()},
            number=ticket.number,
            code=ticket.code,
            member=cell.member if cell else phrase("duty_desk"),
            due=phrase("due", when=local_time(ticket.due_at)) if ticket.due_at else "",
        )
        home = {"building": draft.building, "unit": draft.unit} if draft.building else None
        remembered = [SlotSet("home", home)] if home and not tracker.get_slot("home") else []
        return [*forget_draft(), SlotSet("ticket_number", ticket.number), *remembered]


class ActionCancelComplaint(Action):
    """Drop the draft."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_cancel_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Forget everything that was collected."""
        say(dispatcher, "utter_complaint_cancelled", "clarify")
        return forget_draft()


class ActionFollowTicket(Action):
    """Let the resident follow a ticket about the same thing instead of filing another."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_follow_ticket"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Join; only a ticket that was offered here may be followed."""
        draft = Draft.from_slot(tracker.get_slot("draft"))
        number = draft.similar or entity(tracker, "ticket_number")
        try:
            ticket = self._tickets().follow(number, tracker.sender_id, datetime.now(UTC))
        except TicketNotFoundError:
            say(dispatcher, "utter_ticket_unknown", "clarify")
            return forget_draft()
        facts = {"ticket": ticket.as_contract() | {"description": "", "code": None}}
        say(dispatcher, "utter_following", "ticket_status", facts=facts, number=number)
        return [*forget_draft(), SlotSet("ticket_number", number)]


def forget_draft() -> list[EventType]:
    """Return the events that empty the form."""
    return [SlotSet(slot, None) for slot in DRAFT_SLOTS]
