"""The complaint form: what its slots become with each message, and what is not for the draft."""

from collections.abc import Callable

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.batch import Batch
from actions.enclosed import enclosed
from actions.enquiry import ActionAnswerQuestion
from actions.hearing import FORM, SAFE, SURE_OF_OTHER, Hearing
from actions.home import placed_at_home
from actions.joining import take_answer, wish_of
from actions.speech import intent, is_answered_already, said
from actions.supplement import ActionSupplementTicket
from actions.tickets.store import TicketStore
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import (
    follows_up,
    points_back,
)
from actions.understanding.problems import tells_fault
from actions.whereabouts import more_of_emergency
from actions.who import says_who
from actions.wording import is_question


class ValidateComplaintForm(Action):
    """Take an answer, a correction or a detail; leave everything else to the rules."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._enquiry = ActionAnswerQuestion()
        self._tickets = tickets  # a factory: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name Rasa looks for."""
        return f"validate_{FORM}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Return slots for what was understood; nothing lets the rules answer."""
        if is_answered_already(tracker, FORM):
            began = enclosed(tracker)
            is_more = began != Batch.from_tracker(tracker)  # a point may be the place
            return placed_at_home(began.focused().events() if is_more else [], tracker)
        batch = Batch.from_tracker(tracker)
        told = self._told_of_others(dispatcher, tracker)
        if told is not None:
            return [*told, *batch.events()]
        wish = wish_of(tracker, batch.current)
        if wish is not None:
            return take_answer(dispatcher, tracker, batch, wish, self._tickets)
        hearing = Hearing(batch, tracker)
        events = hearing.events()
        if events and hearing.questions:
            events += self._enquiry.answer_besides(dispatcher, tracker, hearing.questions)
        return placed_at_home(events, tracker) if events else []

    def _told_of_others(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType] | None:
        """Take what is not for the draft: more of an emergency or a ticket, or of an answer."""
        if intent(tracker)[0] in SAFE:
            return None
        told = more_of_emergency(dispatcher, tracker, self._tickets)
        if told is None and says_who(dispatcher, tracker, self._tickets):
            return []
        if told is None and self._adds_to_filed(tracker):
            told = ActionSupplementTicket(self._tickets).run(dispatcher, tracker, {})
        return self._follow_up(dispatcher, tracker) if told is None else told

    def _adds_to_filed(self, tracker: Tracker) -> bool:
        """Return whether somebody adds to what was filed before (我刚才那个,补充一下…)."""
        name, sure = intent(tracker)
        if name != "supplement_ticket" or sure < SURE_OF_OTHER:
            return False
        is_back = points_back(normalise(said(tracker)))
        return is_back and bool(self._tickets().of_conversation(tracker.sender_id))

    def _follow_up(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType] | None:
        """Answer what reads like an answer (电话要不要留), and 那周末呢 upon one just given."""
        text = said(tracker)
        if not is_question(text) or tells_fault(text):
            return None
        is_upon = topic_of(tracker) is Topic.ITEM and follows_up(normalise(text))
        if not is_upon and intent(tracker)[0] != "skip":
            return None
        answer = self._enquiry.find(tracker, is_question=True)
        return None if answer.is_refusal else self._enquiry.tell(dispatcher, tracker, answer)
