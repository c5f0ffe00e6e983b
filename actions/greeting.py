"""Greeting (问候): 有人吗 greets, 礼拜天有人吗 asks for the office's hours."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.enquiry import ActionAnswerQuestion
from actions.report import story_in
from actions.speech import intent, said
from actions.understanding.asking_for import asks_when_open
from actions.understanding.normalise import normalise
from actions.understanding.opening import only_opens

SURE = 0.6  # of a greeting; below it the words may begin a report


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
        text = said(tracker)
        if asks_when_open(normalise(text)):
            return self._enquiry.run(dispatcher, tracker, domain)
        if intent(tracker)[1] < SURE and not only_opens(text):  # 您好,有户人家把鸡养在楼道里
            begun = story_in(text)
            if begun is not None:
                return begun
        dispatcher.utter_message(response="utter_greet")
        return []
