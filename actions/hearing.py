"""Hearing (倾听): what one message in the middle of a complaint means for the draft."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.draft import Draft, is_question, says_what, understood
from actions.phrases import phrase
from actions.speech import entity, intent, metadata, said
from actions.understanding.bare import is_vague_place

FORM = "complaint_form"
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
# What the buttons of news say; typed, the same words may describe the problem.
BY_OPTION = frozenset({"confirm_solved", "report_unsolved"})
WORDLESS = frozenset({"affirm", "deny", "skip"})
SURE = 0.6
TRIES = 2
PLACE_LIMIT = 60  # characters; more is a story, not a place


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
        self.has_sent = self.draft != draft
        self.asked = str(tracker.get_slot("requested_slot") or "")
        self.intent, self.confidence = intent(tracker)
        self.text = said(tracker)
        self.field = entity(tracker, "field")
        self.found = understood(self.text, datetime.now(UTC))

    def events(self) -> list[EventType]:
        """Return the slots after this message; none when it is not for the form."""
        if self._interrupts():
            return []
        if self.intent == "edit_draft":
            return self._edit()
        if self.intent == "go_back":
            return self._go_back()
        if self._confirms():
            return [*draft_slots(self.draft), SlotSet("confirmation", True)]
        changed = self._with_details()
        if changed != self.draft:
            return draft_slots(replace(changed, tries=0), confirmation=None)
        handlers: dict[str, Callable[[], list[EventType]]] = {
            "problem": self._hear_problem,
            "place": self._hear_place,
            "confirmation": self._hear_confirmation,
        }
        return handlers.get(self.asked, self._hear_problem)()

    def _interrupts(self) -> bool:
        if self.intent in BY_OPTION and not self.text:
            return True
        return self.intent in INTERRUPTIONS and not self._answers()

    def _answers(self) -> bool:
        """Return whether what looks like an interruption answers the question after all."""
        if self.intent not in TENTATIVE or is_question(self.text):
            return False
        if self.asked == "place" and (self.found.place.building or self.found.place.unit):
            return True
        return self.confidence < SURE and self.asked in {"problem", "place"}

    def _confirms(self) -> bool:
        """Return whether this is a yes; one that names a door or a number is read back first."""
        place = self.found.place
        adds = place.building or place.unit or place.room or self.found.contact
        return self.intent == "affirm" and self.asked == "confirmation" and not adds

    def _with_details(self) -> Draft:
        draft = self.draft.with_details_of(self.found)
        place = self.found.place
        is_place = self.asked == "place" or self.intent in {"inform", "correct"}
        if place.building or place.unit or place.room or (place.address and is_place):
            draft = draft.with_place_of(self.found)
        is_problem = self.asked == "problem" or (self.asked and self.intent == "report_problem")
        if is_problem and self._names_problem():
            draft = draft.with_problem_of(self.found, self.text)
        return draft

    def _names_problem(self) -> bool:
        """Return whether the words say what is wrong, not only yes, where or whom to call."""
        category = self.found.category
        if self.intent in WORDLESS and (category is None or category.score < SURE):
            return False
        rest = list(self.text)
        for found in self.found.entities:
            rest[found.start : found.end] = " " * (found.end - found.start)
        return says_what("".join(rest))

    def _hear_problem(self) -> list[EventType]:
        if self._names_problem():
            return draft_slots(self.draft.taking_in(self.text))
        return self._again()

    def _hear_place(self) -> list[EventType]:
        if self.intent in {"skip", "deny"}:  # 说不清: the grid member finds out
            return self._somewhere(phrase("place_unclear"))
        is_landmark = (
            self.intent == "inform" and len(self.text) > 2 and not is_vague_place(self.text)
        )
        if self.text and (is_landmark or self.draft.tries >= TRIES):
            return self._somewhere(self.text[:PLACE_LIMIT])
        return self._again()

    def _somewhere(self, address: str) -> list[EventType]:
        """Take the place in words; a building that is not here would be asked for for ever."""
        draft = replace(self.draft, address=address, tries=0)
        if draft.building and draft.cell is None:
            draft = replace(draft, building="", unit="", room="")
        if not draft.has_place:
            unclear = phrase("place_unclear")
            draft = replace(draft, address=phrase("in_words", value=address, unclear=unclear))
        return draft_slots(draft)

    def _hear_confirmation(self) -> list[EventType]:
        if self.intent in {"deny", "correct"}:
            return draft_slots(replace(self.draft, tries=-1))  # -1: ask what is to change
        if self.draft.tries < 0 and self.text:  # what they say now is the change
            return draft_slots(replace(self.draft.with_problem_of(self.found, self.text), tries=0))
        return self._again()

    def _edit(self) -> list[EventType]:
        if self.field == "place":
            cleared = replace(self.draft, building="", unit="", room="", address="", tries=0)
            return draft_slots(cleared, place=None)
        return draft_slots(replace(self.draft, description="", category="", tries=0), problem=None)

    def _go_back(self) -> list[EventType]:
        if self.asked == "confirmation":
            self.field = "place"
        return self._edit()

    def _again(self) -> list[EventType]:
        if self.has_sent:  # a picture or a point is no miss
            return draft_slots(self.draft)
        return draft_slots(replace(self.draft, tries=self.draft.tries + 1))


def _is_answered_already(tracker: Tracker) -> bool:
    """Return whether another action has dealt with the message, as after an interruption."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in {FORM, "action_listen"}:
            return True
    return True


def draft_slots(draft: Draft, **overrides: object) -> list[EventType]:
    """Return the events that keep ``draft``; an override asks for one of its parts again."""
    return [SlotSet(name, value) for name, value in {**draft.to_slots(), **overrides}.items()]
