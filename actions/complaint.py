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
from actions.phrases import local_time, phrase
from actions.speech import entity, intent, metadata, said, say
from actions.tickets.errors import TicketNotFoundError
from actions.tickets.store import TicketStore
from knowledge.answer import Outcome

FORM = "complaint_form"
DRAFT_SLOTS = ("draft", "problem", "place", "confirmation")
# These leave the form to the rules; each has one for the middle of a complaint or for anywhere.
INTERRUPTIONS = frozenset({
    "ask_policy", "ask_guide", "ask_facet", "ask_certificate", "ask_progress", "ask_grid_member",
    "ask_identity", "greet", "goodbye", "thank", "chitchat", "complain_about_bot",
    "express_distress", "emergency", "request_human", "cancel", "follow_ticket", "leave_question",
    "urge_ticket", "withdraw_ticket", "rate_service", "bind_worker", "list_cell_tickets",
    "out_of_scope",
})  # fmt: skip
# These interrupt only where the words can be nothing else: an answer may look like them.
TENTATIVE = frozenset({
    "ask_policy", "ask_guide", "ask_facet", "ask_certificate", "ask_progress", "chitchat",
    "out_of_scope", "thank", "urge_ticket", "greet", "complain_about_bot", "ask_grid_member",
})  # fmt: skip
SURE = 0.6
TRIES = 2
PLACE_LIMIT = 60  # characters; more is a story, not a place


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
        return [*_slots(draft), SlotSet("pending_question", None)]

    def _answer_question(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Answer what reads like a report but asks something the knowledge base knows."""
        text = said(tracker)
        if not is_question(text) or understood(text, datetime.now(UTC)).place.building:
            return []
        answer = self._enquiry.find(tracker)
        if answer.outcome is Outcome.NO_EVIDENCE:
            return []
        events = self._enquiry.tell(dispatcher, answer)
        say(dispatcher, "utter_offer_ticket", answer.outcome.value)
        pending = SlotSet("pending_question", text)
        return [*events, pending, FollowupAction("action_listen")]


class ValidateComplaintForm(Action):
    """Take an answer, a correction or a detail; leave everything else to the rules."""

    def name(self) -> str:
        """Return the name Rasa looks for."""
        return f"validate_{FORM}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Return slots for what was understood; nothing lets the rules answer."""
        if _is_answered_already(tracker):
            return []
        draft = Draft.from_slot(tracker.get_slot("draft"))
        return Hearing(draft, tracker).events()


class Hearing:
    """One message in the middle of a complaint, heard with the question it answers."""

    def __init__(self, draft: Draft, tracker: Tracker) -> None:
        self.draft = draft.with_sent(metadata(tracker))
        self.asked = str(tracker.get_slot("requested_slot") or "")
        self.intent, self.confidence = intent(tracker)
        self.text = said(tracker)
        self.field = entity(tracker, "field")
        self.found = understood(self.text, datetime.now(UTC))

    def events(self) -> list[EventType]:
        """Return the slots after this message; none when it is not for the form."""
        if self.intent in INTERRUPTIONS and not self._answers():
            return []
        if self.intent == "edit_draft":
            return self._edit()
        if self.intent == "go_back":
            return self._go_back()
        changed = self._with_details()
        if changed != self.draft:
            return _slots(replace(changed, tries=0), confirmation=None)
        handlers: dict[str, Callable[[], list[EventType]]] = {
            "problem": self._hear_problem,
            "place": self._hear_place,
            "confirmation": self._hear_confirmation,
        }
        return handlers.get(self.asked, self._hear_problem)()

    def _answers(self) -> bool:
        """Return whether what looks like an interruption answers the question after all."""
        if self.intent not in TENTATIVE or is_question(self.text):
            return False
        if self.asked == "place" and (self.found.place.building or self.found.place.unit):
            return True
        return self.confidence < SURE and self.asked in {"problem", "place"}

    def _with_details(self) -> Draft:
        draft = self.draft.with_details_of(self.found)
        place = self.found.place
        is_place = self.asked == "place" or self.intent in {"inform", "correct"}
        if place.building or place.unit or place.room or (place.address and is_place):
            draft = draft.with_place_of(self.found)
        is_problem = self.asked == "problem" or (self.asked and self.intent == "report_problem")
        if is_problem and says_what(self.text):
            draft = draft.with_problem_of(self.found, self.text)
        return draft

    def _hear_problem(self) -> list[EventType]:
        if self.text and says_what(self.text) and self.intent not in {"affirm", "deny", "skip"}:
            return _slots(self.draft.taking_in(self.text))
        return self._again()

    def _hear_place(self) -> list[EventType]:
        if self.intent in {"skip", "deny"}:  # 说不清: the grid member finds out
            return _slots(replace(self.draft, address=phrase("place_unclear"), tries=0))
        is_landmark = self.intent == "inform" and len(self.text) > 2
        if self.text and (is_landmark or self.draft.tries >= TRIES):
            return _slots(replace(self.draft, address=self.text[:PLACE_LIMIT], tries=0))
        return self._again()

    def _hear_confirmation(self) -> list[EventType]:
        if self.intent == "affirm":
            return [*_slots(self.draft), SlotSet("confirmation", True)]
        if self.intent in {"deny", "correct"}:
            return _slots(replace(self.draft, tries=-1))  # -1: ask what is to change
        if self.draft.tries < 0 and self.text:  # what they say now is the change
            return _slots(replace(self.draft.with_problem_of(self.found, self.text), tries=0))
        return self._again()

    def _edit(self) -> list[EventType]:
        if self.field == "place":
            cleared = replace(self.draft, building="", unit="", room="", address="", tries=0)
            return _slots(cleared, place=None)
        return _slots(replace(self.draft, description="", category="", tries=0), problem=None)

    def _go_back(self) -> list[EventType]:
        if self.asked == "confirmation":
            self.field = "place"
        return self._edit()

    def _again(self) -> list[EventType]:
        return _slots(replace(self.draft, tries=self.draft.tries + 1))


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


def _slots(draft: Draft, **overrides: object) -> list[EventType]:
    return [SlotSet(name, value) for name, value in {**draft.to_slots(), **overrides}.items()]


def _is_answered_already(tracker: Tracker) -> bool:
    """Return whether another action has dealt with the message, as after an interruption."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in {FORM, "action_listen"}:
            return True
    return True
