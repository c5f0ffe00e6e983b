"""Asking (追问): what the complaint form says when it needs something, and after a miss."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.batch import Batch
from actions.draft import NEEDED
from actions.enclosed import enclosed, enclosing
from actions.hearing import TRIES
from actions.home import home_choice
from actions.joining import offer_open_ticket
from actions.people import person_for
from actions.phrases import brief, phrase, phrases
from actions.speech import metadata, payload, say
from actions.tickets.attributes import Attribute
from actions.tickets.store import TicketStore

SILENCE = timedelta(minutes=30)  # after which people have forgotten what they were asked
FEW, MANY = 2, 5  # problems to choose from: for elderly readers, for others


class ActionAskProblem(Action):
    """Ask what is wrong."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_problem"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; after a miss ask again, then with choices, then name a person."""
        opened = _opened(dispatcher, tracker)
        batch = enclosed(tracker)
        tries, facts = batch.current.tries, {"ticket": batch.as_contract()}
        if tries > TRIES:
            _give_up(dispatcher, tracker)
        elif tries == TRIES:
            choices = _common_problems(tracker)
            say(
                dispatcher, "utter_ask_problem_choices", "ticket_draft",
                facts=facts, choices=choices,
            )  # fmt: skip
        else:
            where = _everywhere(batch)
            first = "utter_ask_problem_there" if where else "utter_ask_problem"
            response = "utter_ask_problem_again" if tries else first
            say(dispatcher, response, "ticket_draft", facts=facts, where=where)
        return opened


class ActionAskPlace(Action):
    """Ask where it is."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_place"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; an unknown building or a miss asks otherwise."""
        opened = _opened(dispatcher, tracker)
        batch = enclosed(tracker)
        draft, facts = batch.current, {"ticket": batch.as_contract()}
        if not draft.tries and draft.category in NEEDED and not draft.building:
            response = "utter_ask_place_of_home"
        elif draft.building and draft.cell is None:
            response = "utter_ask_unknown_building"
        elif draft.tries:
            is_last = draft.tries >= TRIES
            response = "utter_ask_place_choices" if is_last else "utter_ask_place_again"
        else:
            response = "utter_ask_place"
        say(
            dispatcher, response, "ticket_draft",
            facts=facts, category=_noted(batch), building=draft.building,
            choices=home_choice(tracker) if draft.tries < TRIES else (),
        )  # fmt: skip
        return opened


class ActionAskConfirmation(Action):
    """Read the drafts back, or offer to follow or add to a ticket about the same thing."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets  # a factory, not a store: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_confirmation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask for a yes."""
        opened = _opened(dispatcher, tracker)
        batch = enclosed(tracker)
        draft = batch.current
        if draft.tries < 0:
            facts = {"ticket": batch.as_contract()}
            say(dispatcher, "utter_ask_what_to_change", "ticket_draft", facts=facts)
            return opened
        if draft.tries > TRIES:
            _give_up(dispatcher, tracker)
            return opened
        offered = offer_open_ticket(dispatcher, tracker, batch, self._tickets)
        if offered is None:
            asked = None if batch.is_several or _is_elderly(tracker) else draft.question
            self._read_back(dispatcher, batch, asked)
            asks = asked.code if asked else draft.asks
            offered = batch.with_current(replace(draft, is_offered=False, asks=asks))
        return [*opened, *offered.draft_events()]

    def _read_back(
        self, dispatcher: CollectingDispatcher, batch: Batch, asked: Attribute | None
    ) -> None:
        """Read back; one question of the category may stand beside it, and needs no answer."""
        facts = {"ticket": batch.as_contract()}
        if batch.is_several:
            say(
                dispatcher, "utter_ask_confirmation_of_all", "ticket_draft",
                facts=facts, summary=batch.summary(), count=len(batch.drafts),
            )  # fmt: skip
            return
        tries = batch.current.tries
        response = "utter_ask_confirmation_again" if tries else "utter_ask_confirmation"
        more = phrase("one_more", question=asked.question) if asked else ""
        say(dispatcher, response, "ticket_draft", facts=facts, summary=batch.summary() + more)


def _opened(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say what was being reported where somebody comes back after a long time.

    The events keep what came beside the words too: these may have been heard as a question.
    """
    now = datetime.now(UTC)
    before = tracker.get_slot("draft_at")
    draft = Batch.from_tracker(tracker).current
    if before and now - datetime.fromisoformat(before) > SILENCE and draft.description:
        say(dispatcher, "utter_draft_waited", "ticket_draft", what=brief(draft.description))
    return [*enclosing(tracker), SlotSet("draft_at", now.isoformat())]


def _is_elderly(tracker: Tracker) -> bool:
    return metadata(tracker).get("audience") == "elderly"


def _give_up(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Name the person who asks in the bot's place."""
    person = person_for(tracker)
    say(
        dispatcher, "utter_ask_person", "handover",
        member=person.name, telephone=person.telephone,
    )  # fmt: skip


def _everywhere(batch: Batch) -> str:
    """Return the doors that were named before what is wrong there."""
    doors = (f"{draft.building}{draft.unit}" for draft in batch.drafts if draft.cell)
    return phrase("list_comma").join(filter(None, doors))


def _noted(batch: Batch) -> str:
    """Return what was noted so far, in a word for each draft without a place."""
    names = (draft.category_name for draft in batch.drafts if not draft.has_place)
    return phrase("list_comma").join(dict.fromkeys(name for name in names if name))


def _common_problems(tracker: Tracker) -> list[tuple[str, str]]:
    shown = FEW if _is_elderly(tracker) else MANY
    common: dict[str, str] = phrases()["common_problems"]
    chosen = list(common.items())[:shown]
    offered = [(title, payload("inform", category=code)) for title, code in chosen]
    return [*offered, (phrase("ask_a_person"), "/request_human")]
