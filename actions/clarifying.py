"""Clarifying (澄清): what was not understood is looked up, taken in, or asked about."""

from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.batch import Batch, take_in
from actions.bearings import is_wordless, say_where_we_are
from actions.draft import PRAISE, Draft, understood
from actions.dropping import ActionDropTicket, answers_whether_to_withdraw
from actions.enclosed import pending
from actions.enquiry import (
    SHORT,
    ActionAnswerQuestion,
    asks_about_ticket,
    is_about_ticket,
    mixed_in,
    tells_own_case,
)
from actions.following import asks_without_subject
from actions.people import ask_worker
from actions.phrases import phrases
from actions.progress import ActionShowProgress
from actions.rating import ActionRateService, rates_ticket
from actions.report import COMPLAINT_SCORE, begin, report_in
from actions.speech import intent, said, say
from actions.supplement import ActionSupplementTicket, corrects_ticket
from actions.tickets.ticket import RequestType
from actions.topic import Topic, topic_of
from actions.understanding.asking_for import (
    asks_for_number,
    asks_for_people,
)
from actions.understanding.normalise import normalise
from actions.understanding.opening import only_opens
from actions.understanding.pointing import (
    calls_off,
    follows_up,
)
from actions.understanding.problems import (
    enquires,
    is_bare_door,
    tells_fault,
)
from actions.understanding.reference import find_codes, find_invitations, find_ticket_numbers
from actions.understanding.request_type import request_type_of
from actions.whereabouts import hear_of_rescue, more_of_emergency
from actions.wording import is_question
from actions.worker import ActionBindWorker
from knowledge.answer import Answer

SURE_SCORE = 0.8  # of a category, from where a complaint is begun and not only offered


class ActionAnswerOrClarify(ActionAnswerQuestion):
    """Look up what was not understood; offer a ticket for what sounds like a problem."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_answer_or_clarify"

    def _reply(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer, offer a ticket, or refuse; never guess."""
        known = self._know(dispatcher, tracker, domain)
        if known is None and tells_own_case(tracker):
            known = self._on_own_case(dispatcher, tracker)
        if known is not None:
            return known
        taken = self._take_in(dispatcher, tracker)
        if taken is not None:
            return taken
        answer = self.find(tracker)
        if not answer.is_refusal:
            return self.tell(dispatcher, tracker, answer)
        if is_about_ticket(tracker):
            return ActionShowProgress().run(dispatcher, tracker, domain)
        return self._take_up(dispatcher, tracker, domain, answer)

    def _know(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType] | None:
        """Deal with what no knowledge need be asked for; None for all else."""
        text = said(tracker)
        if asks_for_people(text):
            say(dispatcher, "utter_private", "no_evidence", contact=ask_worker(tracker))
            return []
        is_numbered = find_codes(normalise(text)) or find_ticket_numbers(normalise(text))
        is_lost = asks_for_number(normalise(text))
        if is_numbered or is_lost or asks_about_ticket(tracker):
            return ActionShowProgress().run(dispatcher, tracker, domain)
        if is_wordless(text) or only_opens(text):
            return say_where_we_are(dispatcher, tracker)
        if is_bare_door(text) and tracker.active_loop_name is None:
            noted: list[EventType] = _use_detail().run(dispatcher, tracker, domain)
            return noted
        if calls_off_ticket(tracker) or answers_whether_to_withdraw(tracker):
            return ActionDropTicket().run(dispatcher, tracker, domain)
        return None

    def _take_in(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType] | None:
        """Take in a problem told beside a question, or with the door where it is."""
        mixed = mixed_in(said(tracker))
        if mixed is not None:
            return self._answer_and_draft(dispatcher, tracker, mixed)
        # After filing, a door is more likely a correction.
        return None if topic_of(tracker) is Topic.TICKET else report_in(said(tracker))

    def _take_up(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
        answer: Answer,
    ) -> list[EventType]:
        """Take what no knowledge answers as a correction, a report, or something to offer."""
        plain = normalise(said(tracker))
        if find_invitations(plain) and any(word in plain for word in phrases()["binding"]):
            return ActionBindWorker(self._workers).run(dispatcher, tracker, domain)
        if rates_ticket(tracker):
            return ActionRateService().run(dispatcher, tracker, domain)
        if corrects_ticket(tracker):
            return ActionSupplementTicket().run(dispatcher, tracker, domain)
        located = hear_of_rescue(dispatcher, tracker) or more_of_emergency(dispatcher, tracker)
        if located is not None:
            return located
        if topic_of(tracker) is Topic.ITEM and follows_up(plain):  # 叫女儿去行不行
            return self.refuse(dispatcher, tracker, answer)
        return report_in(said(tracker)) or self._offer(dispatcher, tracker, answer)

    def _offer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, answer: Answer
    ) -> list[EventType]:
        text = said(tracker)
        category = understood(text, datetime.now(UTC)).category
        if category is not None and category.code == PRAISE and _only_sounds_kind(tracker):
            return self.refuse(dispatcher, tracker, answer)
        if asks_without_subject(text):  # 那到底收不收费啊
            return self.refuse(dispatcher, tracker, answer)
        if category is not None and category.score >= SURE_SCORE and not enquires(text):
            told = take_in(_with_what_it_ends(tracker, text)).drafts or (Draft(),)
            return [*begin(Batch(drafts=told)), SlotSet("pending_question", None)]
        is_likely = category is not None and category.score >= COMPLAINT_SCORE
        if is_likely or (tells_fault(text) and not is_question(text)):
            say(dispatcher, "utter_offer_complaint", "clarify")
            return pending(tracker, text)
        if len(text) <= 2:
            return say_where_we_are(dispatcher, tracker)
        return self.refuse(dispatcher, tracker, answer)


def calls_off_ticket(tracker: Tracker) -> bool:
    """Return whether somebody says of what they have just reported that nobody need come."""
    plain = normalise(said(tracker))
    is_filed = topic_of(tracker) is Topic.TICKET and tracker.get_slot("ticket_number")
    return bool(is_filed) and calls_off(plain) and not is_question(said(tracker))


def _only_sounds_kind(tracker: Tracker) -> bool:
    """Return whether a message from elsewhere is near to praise and does not say so."""
    is_told = request_type_of(normalise(said(tracker))) is RequestType.PRAISE
    return intent(tracker)[0] == "out_of_scope" and not is_told


def _with_what_it_ends(tracker: Tracker, text: str) -> str:
    """Return short words with the message before, which nobody could answer (不亮咯)."""
    before = str(tracker.get_slot("pending_question") or "")
    is_end = before and topic_of(tracker) is Topic.QUESTION and len(text) <= SHORT
    return f"{before},{text}" if is_end else text


def _use_detail() -> Action:
    from actions.cell import ActionUseDetail  # which hands questions to this module

    return ActionUseDetail()
