"""Bearings (说到哪儿了): where a conversation stands, for who sends 嗯, ?, 1 or a sticker."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.batch import Batch
from actions.phrases import brief, phrases
from actions.speech import intent, said, say
from actions.topic import Topic, talks_of, title_of, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.opening import only_opens
from actions.understanding.pointing import asks_when_done, submits

PENDING = "pending_question"  # slot of what had no answer
# Out of the blue these are about nothing: there is nothing to agree to, to drop or to go back in.
POINTLESS = frozenset({"affirm", "deny", "skip", "cancel", "go_back", "edit_draft"})


class ActionSayWhereWeAre(Action):
    """Say what is being reported, or what was talked about last."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_say_where_we_are"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say it; in the middle of a complaint the form asks again by itself."""
        draft = Batch.from_tracker(tracker).current
        if tracker.active_loop_name != "complaint_form":
            return say_where_we_are(dispatcher, tracker)
        if draft.description:
            what = brief(draft.description)
            say(dispatcher, "utter_where_draft", "ticket_draft", what=what)
        else:
            say(dispatcher, "utter_acknowledge", "ticket_draft")
        return []


def says_when_filed(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Tell who asks in the middle of a complaint when somebody comes; False for all others."""
    draft = Batch.from_tracker(tracker).current
    is_between = tracker.active_loop_name == "complaint_form" and draft.description
    if not (is_between and asks_when_done(normalise(said(tracker)))):
        return False
    say(dispatcher, "utter_not_filed_yet", "ticket_draft")
    return True


def is_wordless(text: str) -> bool:
    """Return whether a message says nothing by itself: a sign, a sticker, 好, 1."""
    letters = "".join(filter(str.isalnum, text))
    return not letters or letters.lower() in phrases()["wordless"]


def say_where_we_are(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say what was talked about last and what can be done next; listen to a new question."""
    if only_opens(said(tracker)):
        say(dispatcher, "utter_here", "clarify")
        return []
    says = {
        Topic.TICKET: _say_ticket, Topic.ITEM: _say_item,
        Topic.QUESTION: _say_question, Topic.LEAVING: _say_question,
    }  # fmt: skip
    topic = topic_of(tracker)
    if topic not in says or not says[topic](dispatcher, tracker):
        text = said(tracker)
        is_about_nothing = intent(tracker)[0] in POINTLESS and not any(map(str.isdigit, text))
        is_kind = is_about_nothing or is_wordless(text)
        response = "utter_here" if is_kind else "utter_clarify"
        say(dispatcher, response, "clarify")
    return [talks_of(Topic.LEAVING)] if topic is Topic.QUESTION else []


def agrees_to_leave(tracker: Tracker) -> bool:
    """Return whether the message is a yes to 要留给社区工作者回答吗."""
    plain = normalise(said(tracker))
    is_yes = intent(tracker)[0] == "affirm" or submits(plain)
    return topic_of(tracker) is Topic.LEAVING and is_yes and bool(tracker.get_slot(PENDING))


def _say_ticket(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    number = tracker.get_slot("ticket_number")
    own = resources.tickets().of_conversation(tracker.sender_id)
    ticket = next((one for one in own if one.number == number), None)
    if ticket is None:
        return False
    say(
        dispatcher, "utter_where_ticket", "ticket_status",
        facts={"ticket": ticket.as_contract()},
        number=ticket.number, title=title_of(ticket), status=ticket.status.label,
    )  # fmt: skip
    return True


def _say_item(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    known = resources.answerer().current.library.items.get(tracker.get_slot("item") or "")
    if known is None:
        return False
    say(
        dispatcher, "utter_where_item", "clarify", title=known.title, item=tracker.get_slot("item")
    )
    return True


def _say_question(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    question = tracker.get_slot(PENDING)
    if not question:
        return False
    say(dispatcher, "utter_where_question", "clarify", question=brief(str(question)))
    return True
