"""Handover (转人工): a named person, the first time it is asked for."""

from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.enquiry import SURE, ActionAnswerQuestion
from actions.people import person_for
from actions.phrases import phrase
from actions.speech import intent, said, say
from actions.tickets.clocks import load_clocks
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import follows_up


class ActionRequestHuman(Action):
    """Name the person and the telephone; the gateway puts the conversation into their inbox."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_request_human"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Hand over; out of hours take a request to be called back."""
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
