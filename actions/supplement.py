"""Supplements (补充): what a resident adds to a ticket, at once or when asked."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.continuing import says_again
from actions.draft import understood
from actions.enquiry import ActionAnswerQuestion
from actions.following import chosen
from actions.phrases import phrases
from actions.progress import TicketAction, facts_for
from actions.report import report_in, story_in
from actions.speech import intent, metadata, said, say
from actions.tickets.errors import TicketError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Status, Ticket
from actions.topic import Topic, talked_about, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import adds
from actions.understanding.problems import is_bare_door
from actions.understanding.reporter import is_anonymous
from actions.whereabouts import pass_on
from actions.wording import is_question

ADDING = frozenset({"correct", "inform", "supplement_ticket", "nlu_fallback", "out_of_scope"})
FITS = 0.4  # of a category, from where a matter is told of and not only more of the last


class ActionSupplementTicket(TicketAction):
    """Add to a ticket what this message says, or ask what is to be added."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_supplement_ticket"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Begin a complaint instead where there is no ticket, and a matter is announced."""
        if says_again(tracker) or chosen(tracker, said(tracker)):
            asked: list[EventType] = ActionAnswerQuestion().run(dispatcher, tracker, domain)
            return asked
        own = self.tickets().of_conversation(tracker.sender_id)
        begun = None if own else report_in(said(tracker)) or story_in(said(tracker))
        return begun or super().run(dispatcher, tracker, domain)

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Add at once where there is something to add."""
        text = said(tracker)
        remembered = talked_about(ticket.number)
        if not text or text.strip(" 。!！") in phrases()["bare_supplements"]:
            return [*remembered, FollowupAction("supplement_form")]
        return [
            *remembered,
            *_supplement(self.tickets(), dispatcher, tracker, ticket.number, text),
        ]


class ValidateSupplementForm(Action):
    """Take whatever comes as what is to be added, unless a rule must have it."""

    def name(self) -> str:
        """Return the name Rasa looks for."""
        return "validate_supplement_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Return the words; nothing lets the rules answer."""
        asked = tracker.get_slot("requested_slot") == "supplement"
        leaves = {"emergency", "request_human", "cancel", "withdraw_ticket", "ask_progress"}
        text = said(tracker)
        if (
            not asked
            or intent(tracker)[0] in leaves
            or not (text or metadata(tracker).get("media"))
        ):
            return []
        return [SlotSet("supplement", text or " ")]


class ActionAskSupplement(Action):
    """Ask what is to be added."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_supplement"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask."""
        number = str(tracker.get_slot("ticket_number") or "")
        say(dispatcher, "utter_ask_supplement", "ticket_status", number=number)
        return []


class ActionAddSupplement(Action):
    """Add what the form collected."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_add_supplement"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Add it to the ticket that was talked about."""
        number = str(tracker.get_slot("ticket_number") or "")
        text = str(tracker.get_slot("supplement") or "").strip()
        done = [SlotSet("supplement", None), ActiveLoop(None)]
        try:
            return done + _supplement(self._tickets(), dispatcher, tracker, number, text)
        except TicketError:
            say(dispatcher, "utter_ticket_unknown", "clarify")
            return done


def _supplement(
    store: TicketStore, dispatcher: CollectingDispatcher, tracker: Tracker, number: str, text: str
) -> list[EventType]:
    now, sender = datetime.now(UTC), tracker.sender_id
    known = store.by_number(number)
    if known is not None and known.status is Status.DIVERTED:  # whoever is on the way hears of it
        place = understood(text, now).place if text else Place()
        ticket = pass_on(store, tracker, number, place, text)
    else:
        media = tuple(metadata(tracker).get("media") or ())
        hides = is_anonymous(normalise(text), text)
        ticket = store.supplement(
            number, text, conversation=sender, now=now, media=media, is_anonymous=hides
        )
    facts = facts_for(tracker, ticket)
    say(dispatcher, "utter_supplemented", "ticket_status", facts=facts, number=number)
    return []


def adds_to_ticket(
    tracker: Tracker, tickets: Callable[[], TicketStore] = resources.tickets
) -> bool:
    """Return whether what reads like a report says more of the ticket just filed.

    Another door or another kind of problem makes a ticket of its own.
    """
    number = tracker.get_slot("ticket_number")
    text = said(tracker)
    if topic_of(tracker) is not Topic.TICKET or not number or not adds(normalise(text)):
        return False
    own = tickets().of_conversation(tracker.sender_id)
    ticket = next((one for one in own if one.number == number and one.is_open), None)
    if ticket is not None and ticket.complaint.reporter.conversation != tracker.sender_id:
        return False  # only followed
    found = understood(text, datetime.now(UTC))
    if ticket is None or is_question(text) or found.place.building:
        return False
    kind = found.category
    return kind is None or kind.score < FITS or kind.code == ticket.complaint.category


def is_door_of_ticket(
    tracker: Tracker, tickets: Callable[[], TicketStore] = resources.tickets
) -> bool:
    """Return whether nothing but a door is told after filing, and it is that of an open ticket.

    Another door is where somebody lives, or where the next report is.
    """
    text = said(tracker)
    if topic_of(tracker) is not Topic.TICKET or not is_bare_door(text):
        return False
    told = understood(text, datetime.now(UTC)).place
    places = [
        one.complaint.place
        for one in tickets().of_conversation(tracker.sender_id)
        if one.is_open and one.complaint.reporter.conversation == tracker.sender_id
    ]
    return any(
        one.building == told.building and (not told.unit or one.unit in {"", told.unit})
        for one in places
    )


def corrects_ticket(tracker: Tracker) -> bool:
    """Return whether a detail or a correction belongs to the ticket that was just filed."""
    if topic_of(tracker) is not Topic.TICKET or not tracker.get_slot("ticket_number"):
        return False
    text, name = said(tracker), intent(tracker)[0]
    found = understood(text, datetime.now(UTC))
    if adds(normalise(text)) and name in ADDING and not is_question(text):
        return True  # 哦对了,是三楼那盏
    if (found.is_anonymous or found.is_named) and not is_question(text):
        return True  # 别写我名字, 不用匿名了
    tells = found.place.building or found.place.unit or found.contact or found.since
    says_so = name in {"correct", "go_back"} or found.contact or (name == "inform" and found.since)
    return bool(tells and says_so)
