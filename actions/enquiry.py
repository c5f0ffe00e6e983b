"""Enquiries (咨询) and guides (办事指南): an answer with its source, or an honest no."""

from collections.abc import Callable, Iterable
from itertools import pairwise

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.batch import Batch, Hearsay, parts_of, take_in
from actions.bearings import say_where_we_are, says_when_filed
from actions.continuing import (
    Continuation,
    after_refusing,
    after_telling,
    ask_which_matter,
    says_again,
    tell_briefly,
)
from actions.keeping import keep, worded
from actions.people import ask_worker
from actions.phrases import phrase
from actions.progress import ActionShowProgress
from actions.report import begin
from actions.reviving import revived
from actions.several_questions import Answered, answers_to, looked_up
from actions.speech import citation_facts, entity, intent, payload, said, say
from actions.tickets.ticket import RequestType
from actions.tickets.workers import WorkerRegistry
from actions.topic import Topic, topic_of
from actions.understanding.asking_for import (
    asks_for_number,
    asks_when_open,
)
from actions.understanding.bare import says_only_that_there_is_something
from actions.understanding.normalise import normalise
from actions.understanding.opening import only_opens
from actions.understanding.pointing import (
    LONGEST_FOLLOW_UP,
    asks_after,
    asks_for_other,
    asks_price,
    asks_when_done,
    drops,
    follows_up,
    lacks_paper,
    names_nothing,
    points_back,
    refers_to_rest,
    supposes,
    tells_of_self,
    without_courtesies,
)
from actions.understanding.problems import (
    Part,
    bare_question,
    has_clauses,
    problems_of,
    questions_of,
    tells_fault,
)
from actions.understanding.request_type import request_type_of
from actions.who import says_who
from actions.wording import is_question
from knowledge.answer import Answer
from knowledge.counter import Counter
from knowledge.item import Audience, Facet

SHORT = 10  # characters; so short a question may leave its subject out
ENQUIRIES = frozenset({"ask_policy", "ask_guide", "ask_facet", "ask_certificate"})
FORM = "complaint_form"
SURE = 0.6  # from here the intent alone says that somebody asks about a service or a rule


class ActionAnswerQuestion(Action):
    """Answer from the knowledge base, quoting the clause."""

    def __init__(
        self,
        answerer: Callable[[], Counter] = resources.answerer,
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
        """Answer, unless somebody asks of the draft on the table when it will be done."""
        if says_when_filed(dispatcher, tracker) or says_who(dispatcher, tracker):
            return []
        again = revived(tracker)
        if again is not None:
            return again
        if says_again(tracker):
            return tell_briefly(dispatcher, tracker, self._continuation(tracker))
        several = self._several(tracker)
        if several:
            return self._tell_each(dispatcher, tracker, several)
        return self._reply(dispatcher, tracker, domain)

    def _reply(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answer, then take in the problem told beside it; else refuse honestly."""
        known = self._known(dispatcher, tracker, domain)
        if known is not None:
            return known
        answer = self.find(tracker)
        if not answer.is_refusal:
            return self.tell(dispatcher, tracker, answer)
        if is_about_ticket(tracker):
            return ActionShowProgress().run(dispatcher, tracker, domain)
        suggested = _suggested(tracker)
        return suggested or self.refuse(dispatcher, tracker, answer)

    def _known(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType] | None:
        """Deal with what need not be looked up; None for all else."""
        if only_opens(said(tracker)):
            return say_where_we_are(dispatcher, tracker)
        if says_only_that_there_is_something(said(tracker)) and tracker.active_loop_name is None:
            return begin(Batch())  # 有点事想报一下, taken for a question
        mixed = mixed_in(said(tracker))
        if mixed is not None:
            return self._answer_and_draft(dispatcher, tracker, mixed)
        if asks_about_ticket(tracker) or asks_for_number(normalise(said(tracker))):
            return ActionShowProgress().run(dispatcher, tracker, domain)
        if intent(tracker)[1] < SURE and tells_own_case(tracker):
            return self._on_own_case(dispatcher, tracker)
        return None

    def find(self, tracker: Tracker, *, is_question: bool = False) -> Answer:
        """Return what the knowledge base says to this message, which may surely be a question."""
        audience = self._audience(tracker)
        chosen = entity(tracker, "item")
        if chosen:
            return self._answerer().item(chosen, audience=audience)
        text, (name, confidence) = looked_up(said(tracker)), intent(tracker)
        continuation = self._continuation(tracker)
        begun = continuation.begun(tracker, text)
        if begun is not None:
            return self._of_the_office(begun, text, audience)
        is_enquiry = is_question or (name in ENQUIRIES and confidence >= SURE)
        before = _item_before(tracker)
        if before and supposes(normalise(text)):
            answer = self._again(before, text, audience)
            if answer.item == before:
                return answer
            if asks_for_other(normalise(text)):  # 我爸也能办不
                return self._answerer().item(before, audience=audience)
        answer = self._found(text, before, audience, is_enquiry=is_enquiry)
        standard = normalise(text)
        if before and (follows_up(standard) or points_back(standard)):
            answer = self._kept_to(before, answer, text, audience)
        answer = continuation.settled(answer, before, text)
        return continuation.stated(self._of_the_office(answer, text, audience), before, text)

    def _found(
        self, text: str, before: str | None, audience: Audience, *, is_enquiry: bool
    ) -> Answer:
        """Return the answer to the words, or to the standard words for them."""
        answer = self._answerer().answer(
            text, audience=audience, item=before, is_enquiry=is_enquiry
        )
        standard = normalise(text)
        if not answer.is_refusal or standard == text:  # 好久可以拿到, as they say for 多久
            return answer
        return self._answerer().answer(
            standard, audience=audience, item=before, is_enquiry=is_enquiry
        )

    def _several(self, tracker: Tracker) -> tuple[Answered, ...]:
        """Return what is known of each of several questions; none where the message asks one."""
        audience = self._audience(tracker)

        def find(text: str, before: str | None) -> Answer:
            answer = self._found(text, before, audience, is_enquiry=True)
            return self._of_the_office(answer, text, audience)

        is_mixed = mixed_in(said(tracker)) is not None
        before = tracker.get_slot("item") if topic_of(tracker) is Topic.ITEM else None
        return () if is_mixed else answers_to(said(tracker), before, find)

    def _tell_each(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, several: Iterable[Answered]
    ) -> list[EventType]:
        """Say each answer once, then name the questions that have none."""
        events: list[EventType] = []
        told: set[str] = set()
        unknown = [one for one in several if one.answer.is_refusal or one.answer.held]
        for one in several:
            if one not in unknown and one.answer.text not in told:
                told.add(one.answer.text)
                events += self.tell(dispatcher, tracker, one.answer)
        return [*events, *self._refuse_by_name(dispatcher, tracker, unknown)]

    def _refuse_by_name(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, unknown: list[Answered]
    ) -> list[EventType]:
        """Say which of the questions asked have no answer, and offer to leave them."""
        if not unknown:
            return []
        comma = phrase("list_comma")
        names = comma.join(phrase("quoted", words=bare_question(one.question)) for one in unknown)
        told = phrase("asked_besides", questions=names)
        say(dispatcher, "utter_answer", "no_evidence", answer=told)
        left = comma.join(one.question for one in unknown)
        return self.refuse(dispatcher, tracker, unknown[0].answer, left)

    def _kept_to(self, before: str, answer: Answer, text: str, audience: Audience) -> Answer:
        """Return what the item before says, if nothing was found or nothing that is named."""
        if not (answer.is_refusal or self._strays(answer, before, text)):
            return answer
        again = self._again(before, text, audience)
        return again if answer.is_refusal or again.item == before else answer

    def _strays(self, answer: Answer, before: str, text: str) -> bool:
        """Return whether the words name nothing of the other item that was found by them."""
        known = self._answerer().current.library.items.get(answer.item or "")
        if known is None or known.id == before:
            return False
        return not any(one + other in text for one, other in pairwise(known.title))

    def _of_the_office(self, answer: Answer, text: str, audience: Audience) -> Answer:
        """Return the office's hours to who asks for hours that nothing else answers."""
        if not (answer.is_refusal and not answer.held and asks_when_open(normalise(text))):
            return answer
        question = phrase("office_hours", question=text)
        hours = self._answerer().answer(question, audience=audience, item=None, is_enquiry=True)
        return answer if hours.is_refusal else hours

    def _again(self, item: str, text: str, audience: Audience) -> Answer:
        """Return the answer to a question without a subject, asked with the name of the item."""
        answerer = self._answerer()
        if points_back(normalise(text)):
            return answerer.item(item, audience=audience)
        title = answerer.current.library.title_of(item)
        whole = f"{title} {text}" if title else text
        return answerer.answer(whole, audience=audience, item=item, is_enquiry=True)

    def _on_own_case(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType] | None:
        """Say for whom the service talked about is, or what it takes, if that is known."""
        item = str(tracker.get_slot("item") or "")
        facet = Facet.MATERIALS if lacks_paper(normalise(said(tracker))) else Facet.CONDITIONS
        told = self._answerer().facet(item, facet, audience=self._audience(tracker))
        return None if told.is_refusal else self.tell(dispatcher, tracker, told)

    def answer_besides(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, questions: Iterable[str]
    ) -> list[EventType]:
        """Answer what a message asks besides its report; name what has no answer."""
        asked = [
            Answered(question, self._answered(question, said(tracker), self._audience(tracker)))
            for question in questions
        ]
        return self._tell_each(dispatcher, tracker, asked)

    def _answered(self, question: str, whole: str, audience: Audience) -> Answer:
        """Return the answer to a part of a message; 这算违法吗 is asked with what it is about."""
        question, whole = looked_up(question), looked_up(whole)
        bare = bare_question(question)
        by_rest = refers_to_rest(normalise(bare))
        ways = (whole, bare) if by_rest else (bare, whole)
        for words in ways if by_rest or names_nothing(normalise(bare)) else (bare,):
            answer = self._answerer().answer(words, audience=audience, item=None, is_enquiry=True)
            if not answer.is_refusal:
                break
        return answer

    def _answer_and_draft(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, mixed: Hearsay
    ) -> list[EventType]:
        """Answer first, then go on with the problems that the same message tells."""
        events = self.answer_besides(dispatcher, tracker, mixed.questions)
        if tracker.active_loop_name != FORM:
            return [*events, *begin(Batch(drafts=mixed.drafts))]
        batch = Batch.from_tracker(tracker)
        return [*events, *batch.adding(mixed.drafts).focused().events()]

    def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, answer: Answer
    ) -> list[EventType]:
        """Say ``answer`` with its citations, receipt, and the other items that may be meant."""
        if answer.held:
            return self.refuse(dispatcher, tracker, answer)
        answer, receipt = worded(self._answerer(), tracker, answer)
        others = [(title, payload("ask_guide", item=item)) for item, title in answer.choices]
        say(
            dispatcher,
            "utter_answer",
            answer.outcome.value,
            facts=citation_facts(answer.citations, receipt),
            choices=others,
            answer=answer.text,
        )
        return after_telling(tracker, answer)

    def refuse(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        answer: Answer,
        question: str = "",
    ) -> list[EventType]:
        """Say that there is no evidence, or a person answers; offer to leave the question."""
        is_named = bool(question or answer.held)
        if not is_named and ask_which_matter(dispatcher, tracker, _item_before(tracker)):
            return []
        receipt = keep(self._answerer(), tracker, answer)
        say(
            dispatcher, "utter_ask_person_for_topic" if answer.held else "utter_no_evidence",
            "no_evidence", facts={"receipt": receipt}, contact=ask_worker(tracker),
        )  # fmt: skip
        return after_refusing(tracker, question)

    def _continuation(self, tracker: Tracker) -> Continuation:
        return Continuation(counter=self._answerer(), audience=self._audience(tracker))

    def _audience(self, tracker: Tracker) -> Audience:
        is_worker = self._workers().of(tracker.sender_id) is not None
        return Audience.WORKER if is_worker else Audience.PUBLIC


def _suggested(tracker: Tracker) -> list[EventType] | None:
    """Return the events that take in a wish for something new that is put as a question.

    能不能装几个石凳 has no answer in any rule, and somebody has to hear it.
    """
    text = said(tracker)
    is_wish = request_type_of(normalise(text)) is RequestType.SUGGESTION
    if tracker.active_loop_name is not None or not is_wish:
        return None
    drafts = take_in(text).drafts
    return begin(Batch(drafts=drafts)) if drafts else None


def mixed_in(text: str) -> Hearsay | None:
    """Return the problems and questions of a message that has both; else None."""
    if not has_clauses(text):
        return None
    parts = parts_of(text)
    told = any(map(_is_report, problems_of(parts)))
    return take_in(text, parts) if told and questions_of(parts) else None


def _is_report(part: Part) -> bool:
    """Return whether a part beside a question is surely something to register."""
    return bool(part.door or (part.code and tells_fault(part.text)))


def _item_before(tracker: Tracker) -> str | None:
    """Return the item talked about, if the message may be about it without naming it."""
    text, item = said(tracker), tracker.get_slot("item")
    is_follow_up = follows_up(normalise(text))
    if topic_of(tracker) is Topic.TICKET and is_follow_up:
        return None
    is_short = (
        len(without_courtesies(normalise(text))) <= SHORT
        or is_follow_up
        or points_back(normalise(text))
    )
    return item if intent(tracker)[0] == "ask_facet" or is_short else None


def tells_own_case(tracker: Tracker) -> bool:
    """Return whether somebody tells of themselves after a service (我今年八十二了)."""
    text = said(tracker)
    is_told = tells_of_self(normalise(text)) and not tells_fault(text)
    return is_told and topic_of(tracker) is Topic.ITEM and not is_question(text)


def asks_about_ticket(tracker: Tracker) -> bool:
    """Return whether somebody who has just reported something asks when it will be done."""
    plain = normalise(said(tracker))
    asks = asks_when_done(plain) or asks_after(plain)
    return topic_of(tracker) is Topic.TICKET and asks


def is_about_ticket(tracker: Tracker) -> bool:
    """Return whether a question without a subject follows upon a ticket (那多久呢)."""
    plain = normalise(said(tracker))
    is_open = topic_of(tracker) is Topic.TICKET and tracker.get_slot("ticket_number")
    drops_it = drops(plain) and len(plain) <= LONGEST_FOLLOW_UP  # 算了帮我撤掉吧
    is_price = asks_price(plain)  # which no status tells
    return bool(is_open) and not is_price and (follows_up(plain) or points_back(plain) or drops_it)
