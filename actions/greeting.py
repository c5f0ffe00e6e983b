"""Greeting (问候): 有人吗 greets, 礼拜天有人吗 asks for the office's hours."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.enquiry import ActionAnswerQuestion
from actions.speech import said
from actions.understanding.asking_for import asks_when_open
from actions.understanding.normalise import normalise


class ActionGreet(Action):
    """Greet back, or answer what only sounds like a greeting."""

    def __init__(self) -> None:
        self._enquiry = ActionAnswerQuestion()

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_greet"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Greet; hours that somebody asks for are looked up."""
        if asks_when_open(normalise(said(tracker))):
            return self._enquiry.run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_greet")
        return []
