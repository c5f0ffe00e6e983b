"""Continuing (接着答): answers to a question without a subject, and what was said last again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.bearings import say_where_we_are
from actions.enclosed import pending
from actions.following import (
    Subject,
    about_of,
    asks_without_subject,
    chosen,
    facets_wanted,
    names_at_length,
    names_subject,
    nothing,
    speaks_of,
)
from actions.keeping import keep
from actions.phrases import phrase
from actions.speech import citation_facts, entity, metadata, payload, said, say
from actions.topic import Topic, talks_of, topic_of
from actions.understanding.bare import wants_it_again
from actions.understanding.normalise import normalise
from actions.understanding.pointing import follows_up, points_back
from actions.understanding.subject import SHOWN
from knowledge.answer import Answer
from knowledge.counter import Counter
from knowledge.item import Audience, Facet
from knowledge.texts import texts

VALUED = frozenset({Facet.FEE, Facet.TIME_LIMIT})  # which a summary may tell as well
AFTER = frozenset({Topic.TEXT, Topic.QUESTION, Topic.LEAVING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """The knowledge base for who goes on about what was talked about last."""

    counter: Counter
    audience: Audience

    def begun(self, tracker: Tracker, text: str) -> Answer | None:
        """Return the answer about what was offered, refused or quoted last; else None."""
        offered, subject = chosen(tracker, text), subject_before(tracker, text)
        if offered:
            return self._part(offered, text)
        return self._asked_of(subject, text) if subject else None

    def settled(self, answer: Answer, before: str | None, text: str) -> Answer:
        """Return the answer, but no text of something else for words that name nothing."""
        is_astray = asks_without_subject(text) and self._is_astray(answer, before)
        return nothing(answer) if is_astray else answer

    def stated(self, answer: Answer, before: str | None, text: str) -> Answer:
        """Return the answer, or that the item before does not say this, with its telephone."""
        item = self.counter.current.library.items.get(before or "")
        wanted = facets_wanted(text) if asks_without_subject(text) else ()
        if item is None or not wanted or any(one in item.facets for one in wanted):
            return answer
        if not (answer.is_refusal or self._is_whole(answer, item.id, text)):
            return answer
        whole = self.counter.item(item.id, audience=self.audience)
        lines = [line for line in whole.text.splitlines()[1:] if _shows(line, wanted)]
        if lines and not whole.is_refusal:
            shown = phrase("in_short", title=item.title, summary="\n".join(lines))
            return replace(whole, text=shown)
        told = self.counter.facet(item.id, Facet.TELEPHONE, audience=self.audience)
        if told.facet is not Facet.TELEPHONE:
            return nothing(answer)
        labels = phrase("list_comma").join(texts().label(one) for one in wanted)
        missing = phrase("not_stated", title=item.title, labels=labels)
        return replace(told, text=f"{missing}\n{told.text}")

    def last(self, tracker: Tracker) -> Answer | None:
        """Return what was answered last: its facet, the short form of its card, its quote."""
        subject, topic = Subject.of(tracker), topic_of(tracker)
        item = str(tracker.get_slot("item") or "")
        if topic is Topic.TEXT and subject.asked:
            return self.counter.answer(
                subject.asked, audience=self.audience, item=None, is_enquiry=True
            )
        if topic is not Topic.ITEM or not item:
            return None
        if subject.facet:
            return self.counter.facet(item, Facet(subject.facet), audience=self.audience)
        whole = self.counter.item(item, audience=self.audience)
        known = self.counter.current.library.items.get(item)
        if known is None or whole.is_refusal or whole.held:
            return whole
        return replace(whole, text=phrase("in_short", title=known.title, summary=known.summary))

    def _part(self, item: str, text: str) -> Answer:
        """Return an offered item, or the side of it that is asked for as well."""
        wanted = facets_wanted(text)
        if wanted:
            return self.counter.facet(item, wanted[0], audience=self.audience)
        return self.counter.item(item, audience=self.audience)

    def _asked_of(self, subject: Subject, text: str) -> Answer:
        """Return the answer to a question without a subject, asked with the one before it."""
        alone = () if asks_without_subject(text) else (text,)  # 下雨呢, 那居住证呢
        for way in (*alone, *subject.ways(text)):
            answer = self.counter.answer(way, audience=self.audience, item=None, is_enquiry=True)
            is_named = way == text and names_at_length(text) and speaks_of(answer, about_of(text))
            if not answer.is_refusal and (is_named or subject.is_in(answer)):
                return answer
        return nothing(answer)

    def _is_astray(self, answer: Answer, before: str | None) -> bool:
        library = self.counter.current.library
        if answer.is_refusal or answer.held or answer.item == (before or ""):
            return False
        if answer.item:
            return bool(before) or answer.item not in library.items
        return not (before and speaks_of(answer, normalise(library.title_of(before))))

    def _is_whole(self, answer: Answer, item: str, text: str) -> bool:
        """Return whether the whole card of the item is told again, and shows no such value."""
        whole = self.counter.item(item, audience=self.audience)
        if answer.item != item or answer.text != whole.text:
            return False
        is_value = any(one in VALUED for one in facets_wanted(text))
        return not (is_value and self.counter.current.library.wording(text).is_met(whole.text))


def _shows(line: str, wanted: Iterable[Facet]) -> bool:
    return any(one.value in SHOWN and SHOWN[one.value].search(normalise(line)) for one in wanted)


def says_again(tracker: Tracker) -> bool:
    """Return whether somebody wants what was said last again, or plainer, outside of any form."""
    text = said(tracker)
    is_pointed = topic_of(tracker) is Topic.ITEM and points_back(normalise(text))
    return tracker.active_loop_name is None and wants_it_again(text) and not is_pointed


def tell_briefly(
    dispatcher: CollectingDispatcher, tracker: Tracker, continuation: Continuation
) -> list[EventType]:
    """Say what was said last once more, as short as it is, and offer a person."""
    if topic_of(tracker) in {Topic.TICKET, Topic.QUESTION, Topic.LEAVING}:
        return say_where_we_are(dispatcher, tracker)
    answer = continuation.last(tracker)
    if answer is None or answer.is_refusal or answer.held:
        _offer_person(dispatcher, "clarify", phrase("nothing_to_repeat"))
        return []
    facts = citation_facts(answer.citations, keep(continuation.counter, tracker, answer))
    _offer_person(dispatcher, answer.outcome.value, answer.text, facts)
    return []


def _offer_person(
    dispatcher: CollectingDispatcher,
    outcome: str,
    text: str,
    facts: dict[str, object] | None = None,
) -> None:
    person = (phrase("ask_a_person"), payload("request_human"))
    say(dispatcher, "utter_answer", outcome, facts=facts, choices=[person], answer=text)


def ask_which_matter(
    dispatcher: CollectingDispatcher, tracker: Tracker, before: str | None
) -> bool:
    """Ask who names nothing, and has asked of nothing before, what they mean; else False."""
    text = said(tracker)
    is_free = tracker.active_loop_name is None and topic_of(tracker) is not Topic.TICKET
    is_shown = any(metadata(tracker).get(name) for name in ("media", "location"))
    is_known = before or subject_before(tracker, text) or is_shown
    if is_known or not (is_free and asks_without_subject(text)):
        return False
    say(dispatcher, "utter_answer", "clarify", answer=phrase("which_matter"))
    return True


def after_telling(tracker: Tracker, answer: Answer) -> list[EventType]:
    """Return the events that note what an answer was about."""
    text = said(tracker)
    before = subject_before(tracker, text)
    if not answer.item and tracker.active_loop_name is not None:
        return []
    about = Subject.of(tracker).told(answer, before.question if before else text)
    topic = talks_of(Topic.ITEM if answer.item else Topic.TEXT)
    return about.kept(tracker, [SlotSet("item", answer.item), topic])


def after_refusing(tracker: Tracker, question: str) -> list[EventType]:
    """Return the events that note the question that had no answer, for a worker and for more.

    Args:
        tracker: Rasa's.
        question: A part of the message; empty where all of it was the question.
    """
    text, noted = said(tracker), talks_of(Topic.QUESTION)
    subject = None if question else subject_before(tracker, text)
    if subject is not None:
        whole = phrase("asked_with", subject=subject.question, question=text)
        return subject.kept(tracker, [*pending(tracker, whole), noted])
    events = [*pending(tracker, question or text), noted]
    if topic_of(tracker) is Topic.TICKET and asks_without_subject(text) and not question:
        return pending(tracker, text)  # it may still be about the ticket
    if question or asks_without_subject(text) or not names_subject(text):
        return events
    if tracker.active_loop_name is not None:
        return events
    return Subject.of(tracker).refused(text).kept(tracker, [*events, SlotSet("item", None)])


def subject_before(tracker: Tracker, text: str) -> Subject | None:
    """Return what was refused or quoted last, if the message is about that and names nothing."""
    subject = Subject.of(tracker)
    is_after = topic_of(tracker) in AFTER and not tracker.get_slot("item")
    is_free = tracker.active_loop_name is None and not entity(tracker, "item")
    if not (is_after and is_free and subject.question):
        return None
    is_about = asks_without_subject(text) or follows_up(normalise(text))
    return subject if is_about else None
