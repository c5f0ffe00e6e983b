"""Answering (答复): a worker chooses a left question in the chat; the asker is told."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.phrases import brief, phrase
from actions.speech import entity, intent, payload, said, say
from actions.tickets.errors import TicketError
from actions.tickets.masking import mask
from actions.tickets.questions import answer_question, open_questions
from actions.tickets.store import TicketStore
from actions.tickets.workers import WorkerRegistry

SHOWN = 5
LEAVES = frozenset({"emergency", "request_human", "cancel", "list_cell_tickets"})


class ForWorkers:
    """What is for workers alone; no action itself, or rasa-sdk would register it."""

    def __init__(
        self,
        workers: Callable[[], WorkerRegistry] = resources.workers,
        tickets: Callable[[], TicketStore] = resources.tickets,
    ) -> None:
        self._workers = workers  # factories: Sanic pickles actions into its workers
        self._tickets = tickets

    def _worker(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> str:
        """Return the worker's name; empty for a resident, who is told whose this is."""
        worker = self._workers().of(tracker.sender_id)
        if worker is None:
            say(dispatcher, "utter_workers_only", "clarify")
            return ""
        return worker.name


class ActionBeginLeftAnswer(ForWorkers, Action):
    """Take up the question that a worker chose."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_begin_left_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask for the answer; what somebody else answered meanwhile is said to be answered."""
        if not self._worker(dispatcher, tracker):
            return []
        number = entity(tracker, "ticket_number")
        if number not in {one.number for one in open_questions(self._tickets())}:
            say(dispatcher, "utter_left_answer_refused", "clarify")
            return []
        form = FollowupAction("left_answer_form")
        return [SlotSet("left_question", number), SlotSet("left_answer", None), form]


class ValidateLeftAnswerForm(Action):
    """Take whatever a worker writes as the answer, unless a rule must have it."""

    def name(self) -> str:
        """Return the name Rasa looks for."""
        return "validate_left_answer_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Return the words; nothing lets the rules answer."""
        is_asked = tracker.get_slot("requested_slot") == "left_answer"
        text = said(tracker)
        if not is_asked or not text or intent(tracker)[0] in LEAVES:
            return []
        return [SlotSet("left_answer", text)]


class ActionAskLeftAnswer(ForWorkers, Action):
    """Ask for the answer, with the question above it."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_left_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask."""
        ticket = self._tickets().by_number(str(tracker.get_slot("left_question") or ""))
        question = mask(ticket.complaint.description) if ticket else ""
        say(dispatcher, "utter_ask_left_answer", "ticket_status", question=question)
        return []


class ActionSendLeftAnswer(ForWorkers, Action):
    """Send the answer to whoever asked."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_send_left_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer once; a second answer is refused."""
        done = [SlotSet("left_answer", None), SlotSet("left_question", None), ActiveLoop(None)]
        actor = self._worker(dispatcher, tracker)
        number = str(tracker.get_slot("left_question") or "")
        text = str(tracker.get_slot("left_answer") or "").strip()
        if not (actor and number and text):
            return done
        try:
            answer_question(self._tickets(), number, text, actor=actor, now=datetime.now(UTC))
        except TicketError:
            say(dispatcher, "utter_left_answer_refused", "clarify")
            return done
        say(dispatcher, "utter_left_answer_sent", "ticket_status", number=number)
        return done


def offer_questions(dispatcher: CollectingDispatcher, store: TicketStore) -> None:
    """Show a worker the questions that wait, each with an option to answer it."""
    waiting = open_questions(store)
    if not waiting:
        return
    titles = [brief(mask(one.complaint.description)) for one in waiting[:SHOWN]]
    lines = (
        phrase("left_question", position=position, question=title)
        for position, title in enumerate(titles, 1)
    )
    say(
        dispatcher, "utter_left_questions", "ticket_status",
        count=len(waiting), lines="\n".join(lines),
        choices=[
            (phrase("answer_left", position=position),
             payload("answer_left_question", ticket_number=one.number))
            for position, one in enumerate(waiting[:SHOWN], 1)
        ],
    )  # fmt: skip
