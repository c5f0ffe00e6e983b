"""Where an emergency is, said after it was told on: whoever answers for the place must know."""

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

FRESH = timedelta(hours=2)  # after which a place is about something else


def locate_emergency(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tickets: Callable[[], TicketStore] = resources.tickets,
) -> list[EventType] | None:
    """Add the place to the emergency that was told on without one; None if there is none."""
    now = datetime.now(UTC)
    if topic_of(tracker) is not Topic.TICKET or not tracker.get_slot("ticket_number"):
        return None
    ticket = tickets().by_number(str(tracker.get_slot("ticket_number")))
    if ticket is None or not _lacks_place(ticket, tracker, now):
        return None
    draft = Draft().with_place_of(understood(said(tracker), now)).with_sent(metadata(tracker))
    if not _says_where(draft):
        return None
    ticket = tickets().locate(
        ticket.number,
        _place_of(draft),
        said(tracker),
        conversation=tracker.sender_id,
        now=now,
    )
    place = ticket.complaint.place
    person = person_of(resources.cells().locate(place.building, place.unit))
    say(
        dispatcher, "utter_emergency_located", "emergency",
        facts={"ticket": ticket.as_contract()},
        member=person.name, telephone=person.telephone, number=ticket.number,
    )  # fmt: skip
    home = {"building": place.building, "unit": place.unit}
    return [*talked_about(ticket.number), *([SlotSet("home", home)] if place.building else [])]


def lacks_place(place: Place) -> bool:
    """Return whether nobody could be sent there."""
    return not (place.building or place.latitude is not None)


def _lacks_place(ticket: Ticket, tracker: Tracker, now: datetime) -> bool:
    is_own = ticket.complaint.reporter.conversation == tracker.sender_id
    is_fresh = now - ticket.submitted_at < FRESH
    is_emergency = ticket.status is Status.DIVERTED
    return is_own and is_fresh and is_emergency and lacks_place(ticket.complaint.place)


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
