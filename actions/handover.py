"""Handover (转人工): a named person, the first time it is asked for."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.continuing import Continuation, says_again, tell_briefly
from actions.enquiry import SURE, ActionAnswerQuestion
from actions.people import person_for
from actions.phrases import phrase
from actions.speech import intent, said, say
from actions.tickets.clocks import load_clocks
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import follows_up
from knowledge.counter import Counter
from knowledge.item import Audience


class ActionRequestHuman(Action):
    """Name the person and the telephone; the gateway puts the conversation into their inbox."""

    def __init__(self, answerer: Callable[[], Counter] = resources.answerer) -> None:
        self._answerer = answerer  # a factory: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_request_human"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Hand over; out of hours take a request to be called back.

        Who only wants what was said once more, or plainer (听不懂), hears it and may still choose.
        """
        if says_again(tracker):
            public = Continuation(counter=self._answerer(), audience=Audience.PUBLIC)
            return tell_briefly(dispatcher, tracker, public)
        person = person_for(tracker)
        on_duty = load_clocks().calendar.is_on_duty(datetime.now(UTC))
        response = "utter_handover" if on_duty else "utter_handover_after_hours"
        say(dispatcher, response, "handover", member=person.name, telephone=person.telephone)
        return []


class ActionComfort(Action):
    """A warm word and somebody to talk to."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_comfort"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Name the person; answer who may only have asked about what was talked about."""
        is_unsure = intent(tracker)[1] < SURE and topic_of(tracker) is Topic.ITEM
        if is_unsure and follows_up(normalise(said(tracker))):
            return ActionAnswerQuestion().run(dispatcher, tracker, domain)
        person = person_for(tracker)
        contact = phrase("worker_contact", member=person.name, telephone=person.telephone)
        say(dispatcher, "utter_comfort", "handover", contact=contact)
        return []
