"""Details (详情): what a visit or a mediation needs beyond the problem and the place."""

from collections.abc import Iterable
from dataclasses import replace

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.draft import CONTACT, MEDIATION, PARTY, PERSON, SERVICE, VISIT, WHEN, Draft
from actions.enclosed import enclosed, enclosing
from actions.phrases import phrases
from actions.speech import say
from actions.tickets.attributes import Attribute
from actions.understanding.answers import BARE, bared
from actions.understanding.normalise import normalise
from actions.understanding.pointing import without_courtesies
from actions.understanding.understanding import Understanding
from actions.understanding.wishes import (
    find_appointment,
    find_other_party,
    find_person,
    find_service,
)

STORY = 8  # characters that tell something, whatever it is
SHORT_NO = 10  # characters of not knowing; a longer message says something else besides
ANSWER_LIMIT = 60  # characters; who writes more tells a story


class ActionAskDetails(Action):
    """Ask for the first detail that is missing."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_details"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; what is refused or missed twice is left to whoever calls back."""
        batch = enclosed(tracker)
        responses = {
            SERVICE: "utter_ask_service",
            WHEN: "utter_ask_appointment",
            PARTY: "utter_ask_party",
            CONTACT: "utter_ask_contact",
        }
        response = responses[batch.current.missing[0]]
        say(dispatcher, response, "ticket_draft", facts={"ticket": batch.as_contract()})
        return enclosing(tracker)


def with_told_details(draft: Draft, text: str) -> Draft:
    """Return the draft with what a message says of a visit or a mediation, asked for or not."""
    plain = normalise(text)
    told: dict[str, str] = {}
    if draft.category == VISIT:
        told = {SERVICE: find_service(plain), WHEN: find_appointment(plain)}
        if SERVICE not in draft.answers:  # 等我女儿下班以后 tells when, not for whom
            told[PERSON] = find_person(plain)
    elif draft.category == MEDIATION:
        told = {PARTY: find_other_party(plain)}
    known = {name: value for name, value in told.items() if value}
    return replace(draft, answers={**draft.answers, **known}) if known else draft


def with_answer(draft: Draft, text: str, *, declines: bool) -> Draft:
    """Return the draft after the answer to what was asked; any words answer it but a no."""
    name = draft.missing[0]
    answer = text.strip()[:ANSWER_LIMIT]
    if declines or (name == CONTACT and _has_no_telephone(answer)):
        return replace(draft, skipped=(*draft.skipped, name), tries=0)
    if name == CONTACT or not any(map(str.isalnum, answer)):
        return _missed(draft, name)
    told = with_told_details(draft, text)
    if name not in told.answers:
        told = replace(told, answers={**told.answers, name: answer})
    return replace(told, tries=0)


def with_correction(draft: Draft, found: Understanding, text: str) -> Draft:
    """Return the draft with what a message puts right, whatever was asked for."""
    told, place = with_told_details(draft, text), found.place
    is_theirs = draft.category == MEDIATION and not (place.building or place.unit)  # 602的老李
    is_place = place.building or place.unit or place.room
    return told.with_place_of(found) if is_place and not is_theirs else told


def with_story(before: Draft, after: Draft, found: Understanding, text: str) -> Draft:
    """Return the draft after an answer, with the message in its story where it tells much more.

    Args:
        before: The draft that had asked.
        after: The draft with what the message answers.
        found: What the message says.
        text: The message; empty for a chosen option.
    """
    old, new = _values(before), _values(after)
    changed = [name for name in new if new[name] != old.get(name)]
    is_against = before.skipped != after.skipped or any(old.get(name) for name in changed)
    # A refusal or a correction has words of its own (时间不对,应该改成…).
    heard = sum(len(new[name]) for name in changed) + (STORY if is_against else 0)
    is_story = len(without_courtesies(normalise(text))) - heard >= STORY
    return after.with_problem_of(found, text) if is_story else after


def _values(draft: Draft) -> dict[str, str]:
    beside = {"contact": draft.contact, "since": draft.since, "behalf": draft.on_behalf_of}
    return {**beside, "where": draft.where, **draft.answers}


def asked_beside(draft: Draft) -> Attribute | None:
    """Return the question that was asked beside the summary and waits for its answer."""
    is_over = draft.asks in draft.answers or draft.asks in draft.skipped
    return None if is_over else next((a for a in draft.attributes if a.code == draft.asks), None)


def does_not_know(plain: str) -> bool:
    """Return whether somebody says nothing but that they cannot tell."""
    words, known = bared(plain), phrases()["does_not_know"]
    said = any(one in words for one in known if len(one) > BARE)
    return words in known or (said and len(words) <= SHORT_NO)


def _missed(draft: Draft, name: str) -> Draft:
    if draft.tries:
        return replace(draft, skipped=(*draft.skipped, name), tries=0)
    return replace(draft, tries=draft.tries + 1)


def _has_no_telephone(answer: str) -> bool:
    return any(word in answer for word in _no_telephone())


def _no_telephone() -> Iterable[str]:
    words: list[str] = phrases()["without_telephone"]
    return words
