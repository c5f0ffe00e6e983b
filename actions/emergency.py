"""Emergencies (紧急情况): whom to call and what to do now, before anything else."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from actions import resources
from actions.draft import Draft
from actions.people import person_of
from actions.speech import citation_facts, entity, metadata, said, say
from actions.tickets.errors import TicketError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Ticket
from actions.topic import talked_about
from actions.understanding.understanding import understand
from actions.whereabouts import hear_of_rescue, lacks_place
from knowledge.answer import Answer
from knowledge.desk import LiveAnswerer
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

CATEGORY = "EMG-01"
ITEMS = {
    "fire": "emergency-fire",
    "gas": "emergency-gas",
    "electric": "emergency-electric",
    "lift": "emergency-lift",
    "collapse": "emergency-collapse",
    "falling_object": "emergency-falling-object",
    "violence": "emergency-violence",
    "self_harm": "emergency-self-harm",
    "collapsed_person": "emergency-person-collapsed",
    "missing_person": "emergency-missing-person",
    "flood": "emergency-flood",
}


class ActionHandleEmergency(Action):
    """Say what to do now, then tell the grid member; the first never waits for the second."""

    def __init__(
        self,
        answerer: Callable[[], LiveAnswerer] = resources.answerer,
        tickets: Callable[[], TicketStore] = resources.tickets,
    ) -> None:
        self._answerer = answerer  # factories: Sanic pickles actions into its workers
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_handle_emergency"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Advise from reviewed knowledge; without it the plain numbers."""
        heard = self._hear_of_rescue(dispatcher, tracker)
        if heard is not None:
            return heard
        answer = self._advice(entity(tracker, "emergency_kind"))
        ticket = self._tell_grid_member(tracker)
        facts: dict[str, object] = {"ticket": ticket.as_contract() if ticket else None}
        if answer is not None:
            facts |= citation_facts(answer[1].citations)
            say(dispatcher, "utter_emergency", "emergency", facts=facts, advice=answer[0])
        else:
            say(dispatcher, "utter_emergency_plain", "emergency", facts=facts)
        if ticket is None:
            return []
        place = ticket.complaint.place
        person = person_of(resources.cells().locate(place.building, place.unit))
        response = "utter_emergency_told_where" if lacks_place(place) else "utter_emergency_told"
        say(
            dispatcher, response, "emergency",
            member=person.name, telephone=person.telephone, number=ticket.number,
        )  # fmt: skip
        return talked_about(ticket.number)

    def _hear_of_rescue(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType] | None:
        """Take in that help was called; whatever is broken, an alarm stays an alarm."""
        try:
            return hear_of_rescue(dispatcher, tracker, self._tickets)
        except (TicketError, SQLAlchemyError, OSError) as error:
            logger.error("an emergency was not looked up: %s", type(error).__name__)
            return None

    def _advice(self, kind: str) -> tuple[str, Answer] | None:
        """Return what to do now, and the card it is from; a bare cry for help has none."""
        if kind not in ITEMS:
            return None
        try:
            answerer = self._answerer()
            answer = answerer.item(ITEMS[kind])
            return answerer.current.library.items[answer.item or ""].summary, answer
        except (KnowledgeError, SQLAlchemyError, OSError, KeyError) as error:
            logger.error("no advice for an emergency: %s", type(error).__name__)
            return None

    def _tell_grid_member(self, tracker: Tracker) -> Ticket | None:
        now = datetime.now(UTC)
        sent, text = metadata(tracker), said(tracker) or entity(tracker, "emergency_told")
        found = understand(text, now)
        begun = Draft.from_slot(tracker.get_slot("draft"))
        draft = _apart_from(begun, found.place.building).with_place_of(found)
        draft = _at_home(draft, tracker.get_slot("home") or {})
        draft = draft.with_details_of(found).with_sent(sent)
        emergency = Draft(
            description=text,
            category=CATEGORY,
            building=draft.building,
            unit=draft.unit,
            room=draft.room,
            address=draft.address,
            contact=draft.contact,
            urgency=1,
            is_anonymous=draft.is_anonymous,
            on_behalf_of=draft.on_behalf_of,
            media=tuple(sent.get("media") or ()),  # what the draft has shows another matter
            latitude=draft.latitude,
            longitude=draft.longitude,
            datum=draft.datum,
        ).to_complaint(
            conversation=tracker.sender_id,
            channel=str(sent.get("channel") or ""),
            origin=f"{tracker.sender_id}:{sent.get('message_id')}",
        )
        try:
            return self._tickets().file_emergency(emergency, now)
        except (TicketError, SQLAlchemyError, OSError) as error:
            logger.error("an emergency was not told on: %s", type(error).__name__)
            return None


def _apart_from(draft: Draft, building: str) -> Draft:
    """Return the draft without its place where the emergency is in another building."""
    if building in {"", draft.building}:
        return draft
    return replace(
        draft, building="", unit="", room="", address="", latitude=None, longitude=None, datum=""
    )


def _at_home(draft: Draft, home: Mapping[str, str]) -> Draft:
    """Return the draft with what it does not say of the place taken from the home."""
    if draft.building not in {"", home.get("building", "")}:
        return draft
    building, unit = home.get("building", ""), home.get("unit", "")
    return replace(draft, building=draft.building or building, unit=draft.unit or unit)
