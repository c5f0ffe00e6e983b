"""Enquiries (咨询) and guides (办事指南): an answer with its source, or an honest no."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.draft import understood
from actions.people import ask_worker
from actions.report import COMPLAINT_SCORE, report_in
from actions.speech import citation_facts, entity, intent, metadata, payload, said, say
from actions.tickets.categories import QUESTION
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Reporter, RequestType
from actions.tickets.workers import WorkerRegistry
from actions.understanding.normalise import normalise
from actions.understanding.reference import find_codes, find_ticket_numbers
from knowledge.answer import Answer, Outcome
from knowledge.desk import LiveAnswerer
from knowledge.item import Audience

ENQUIRIES = frozenset({"ask_policy", "ask_guide", "ask_facet", "ask_certificate"})
SURE = 0.6  # from here the intent alone says that somebody asks about a service or a rule


class ActionAnswerQuestion(Action):
    """Answer from the knowledge base, quoting the clause."""

    def __init__(
        self,
        answerer: Callable[[], LiveAnswerer] = resources.answerer,
        workers: Callable[[], WorkerRegistry] = resources.workers,
    ) -> None:
        self._answerer = answerer  # factories: Sanic pickles actions into its workers
        self._workers = workers

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_answer_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answer; without evidence say so and offer a worker."""
        answer = self.find(tracker)
        if answer.outcome is Outcome.NO_EVIDENCE:
            return self.refuse(dispatcher, tracker)
        return self.tell(dispatcher, answer)

    def find(self, tracker: Tracker, *, is_question: bool = False) -> Answer:
        """Return what the knowledge base says to this message, which may surely be a question."""
        audience = self._audience(tracker)
        chosen = entity(tracker, "item")
        if chosen:
            return self._answerer().item(chosen, audience=audience)
        name, confidence = intent(tracker)
        before = tracker.get_slot("item") if name == "ask_facet" or _is_short(tracker) else None
        is_enquiry = is_question or (name in ENQUIRIES and confidence >= SURE)
        return self._answerer().answer(
            said(tracker), audience=audience, item=before, is_enquiry=is_enquiry
        )

    def tell(self, dispatcher: CollectingDispatcher, answer: Answer) -> list[EventType]:
        """Say ``answer`` with its citations and the other items that may be meant."""
        others = [(title, payload("ask_guide", item=item)) for item, title in answer.choices]
        say(
            dispatcher,
            "utter_answer",
            answer.outcome.value,
            facts=citation_facts(answer.citations),
            choices=others,
            answer=answer.text,
        )
        return [SlotSet("item", answer.item)] if answer.item else []

    def refuse(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Say that there is no evidence, who may know, and offer to leave the question."""
        say(dispatcher, "utter_no_evidence", "no_evidence", contact=ask_worker(tracker))
        return [SlotSet("pending_question", said(tracker) or None)]

    def _audience(self, tracker: Tracker) -> Audience:
        is_worker = self._workers().of(tracker.sender_id) is not None
        return Audience.WORKER if is_worker else Audience.PUBLIC


class ActionAnswerOrClarify(ActionAnswerQuestion):
    """Look up what was not understood; offer a ticket for what sounds like a problem."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_answer_or_clarify"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer, offer a ticket, or refuse; never guess."""
        text = said(tracker)
        if find_codes(normalise(text)) or find_ticket_numbers(normalise(text)):
            return [FollowupAction("action_show_progress")]
        if not any(character.isalnum() for character in text):
            say(dispatcher, "utter_clarify", "clarify")
            return []
        answer = self.find(tracker)
        if answer.outcome is not Outcome.NO_EVIDENCE:
            return self.tell(dispatcher, answer)
        return report_in(text) or self._offer(dispatcher, tracker)

    def _offer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        text = said(tracker)
        category = understood(text, datetime.now(UTC)).category
        if category is not None and category.score >= COMPLAINT_SCORE:
            say(dispatcher, "utter_offer_complaint", "clarify")
            return [SlotSet("pending_question", text)]
        if len(text) <= 2:
            say(dispatcher, "utter_clarify", "clarify")
            return []
        return self.refuse(dispatcher, tracker)


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
        question = said(tracker) or str(tracker.get_slot("pending_question") or "")
        if not question:
            say(dispatcher, "utter_nothing_to_leave", "clarify")
            return []
        sent = metadata(tracker)
        complaint = Complaint(
            category=QUESTION,
            description=question,
            request_type=RequestType.ENQUIRY,
            urgency=4,
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
        return [SlotSet("pending_question", None), SlotSet("ticket_number", ticket.number)]


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


def _is_short(tracker: Tracker) -> bool:
    return len(said(tracker)) <= 10
