"""What is said after an emergency was told on: where it is, and that help was called.

Whoever answers for the place must hear of both.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import resources
from actions.draft import Draft, understood
from actions.people import person_of
from actions.speech import metadata, said, say
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Status, Ticket
from actions.topic import Topic, talked_about, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.reporter import is_anonymous
from actions.understanding.rescue import tells_it_is_over, tells_of_rescue
from actions.wording import is_question

LONGEST_DOOR = 20  # characters; who says more tells a story
FRESH = timedelta(hours=2)  # after which a place is about something else


def locate_emergency(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tickets: Callable[[], TicketStore] = resources.tickets,
) -> list[EventType] | None:
    """Add the place to the emergency that was told on without one; None if there is none."""
    now = datetime.now(UTC)
    ticket = _emergency_before(tracker, tickets, now)
    if ticket is None or not lacks_place(ticket.complaint.place):
        return None
    draft = Draft().with_place_of(understood(said(tracker), now)).with_sent(metadata(tracker))
    if not _says_where(draft):
        return None
    ticket = pass_on(tickets(), tracker, ticket.number, _place_of(draft), said(tracker))
    place = ticket.complaint.place
    person = person_of(resources.cells().locate(place.building, place.unit))
    say(
        dispatcher, "utter_emergency_located", "emergency",
        facts={"ticket": ticket.as_contract()},
        member=person.name, telephone=person.telephone, number=ticket.number,
    )  # fmt: skip
    home = {"building": place.building, "unit": place.unit}
    return [*talked_about(ticket.number), *([SlotSet("home", home)] if place.building else [])]


def more_of_emergency(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tickets: Callable[[], TicketStore] = resources.tickets,
) -> list[EventType] | None:
    """Pass on the place of an emergency, its room told later, or that it is over; else None.

    In the middle of a report as well: whoever is on the way must hear of it.
    """
    located = locate_emergency(dispatcher, tracker, tickets)
    if located is not None:
        return located
    now, text = datetime.now(UTC), said(tracker)
    ticket = _emergency_before(tracker, tickets, now) if text else None
    if ticket is None:
        return None
    is_over, is_room = tells_it_is_over(normalise(text)), _names_room_of(ticket, text, now)
    if not (is_over or is_room):
        return None
    place = understood(text, now).place if is_room else Place()
    ticket = pass_on(tickets(), tracker, ticket.number, place, text)
    say(
        dispatcher, "utter_supplemented", "ticket_status",
        facts={"ticket": ticket.as_contract()}, number=ticket.number,
    )  # fmt: skip
    return talked_about(ticket.number)


def _names_room_of(ticket: Ticket, text: str, now: datetime) -> bool:
    """Return whether a message is a door that says more of where the emergency is."""
    place, known = understood(text, now).place, ticket.complaint.place
    is_same = not place.building or place.building == known.building
    told = (place.unit and not known.unit) or (place.room and not known.room)
    return bool(is_same and told and len(text) <= LONGEST_DOOR and not is_question(text))


def hear_of_rescue(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tickets: Callable[[], TicketStore] = resources.tickets,
) -> list[EventType] | None:
    """Pass on that help was called for the emergency before; None if this says something else."""
    if not tells_of_rescue(normalise(said(tracker))):
        return None
    ticket = _emergency_before(tracker, tickets, datetime.now(UTC))
    if ticket is None:
        return None
    ticket = pass_on(tickets(), tracker, ticket.number, Place(), said(tracker))
    place = ticket.complaint.place
    person = person_of(resources.cells().locate(place.building, place.unit))
    response = "utter_rescue_called_where" if lacks_place(place) else "utter_rescue_called"
    say(
        dispatcher, response, "emergency",
        facts={"ticket": ticket.as_contract()}, member=person.name, telephone=person.telephone,
    )  # fmt: skip
    return talked_about(ticket.number)


def pass_on(store: TicketStore, tracker: Tracker, number: str, place: Place, text: str) -> Ticket:
    """Add what a message says to an emergency, with its pictures and the wish to stay unnamed."""
    return store.locate(
        number,
        place,
        text,
        conversation=tracker.sender_id,
        now=datetime.now(UTC),
        media=tuple(metadata(tracker).get("media") or ()),
        is_anonymous=is_anonymous(normalise(text), text),
    )


def lacks_place(place: Place) -> bool:
    """Return whether nobody could be sent there."""
    return not (place.building or place.latitude is not None)


def _emergency_before(
    tracker: Tracker, tickets: Callable[[], TicketStore], now: datetime
) -> Ticket | None:
    """Return the fresh emergency of this conversation, if it is what is talked about."""
    if topic_of(tracker) is not Topic.TICKET or not tracker.get_slot("ticket_number"):
        return None
    ticket = tickets().by_number(str(tracker.get_slot("ticket_number")))
    if ticket is None or ticket.status is not Status.DIVERTED:
        return None
    is_own = ticket.complaint.reporter.conversation == tracker.sender_id
    return ticket if is_own and now - ticket.submitted_at < FRESH else None


def _says_where(draft: Draft) -> bool:
    return bool(draft.building or draft.unit or draft.latitude is not None)


def _place_of(draft: Draft) -> Place:
    return Place(
        address=draft.address,
        building=draft.building,
        unit=draft.unit,
        room=draft.room,
        latitude=draft.latitude,
        longitude=draft.longitude,
        datum=draft.datum,
    )
