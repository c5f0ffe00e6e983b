"""Who handles it (谁来修): the grid member of the draft, the ticket or the home talked about."""

from collections.abc import Callable, Mapping

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import resources
from actions.draft import Draft
from actions.people import cell_of, person_of
from actions.phrases import phrase
from actions.speech import said, say
from actions.tickets.cells import GridCell
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Ticket
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import asks_who


def says_who(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tickets: Callable[[], TicketStore] = resources.tickets,
) -> bool:
    """Name whoever handles what is talked about; False for all who ask something else."""
    if not asks_who(normalise(said(tracker))) or topic_of(tracker) is Topic.ITEM:
        return False
    if tracker.active_loop_name == "complaint_form":
        draft = Draft.from_slot(tracker.get_slot("draft"))
        if draft.cell is not None:
            _name(dispatcher, draft.cell, f"{draft.building}{draft.unit}")
        return draft.cell is not None
    ticket = ticket_talked_about(tracker, tickets)
    if ticket is not None:
        say_who_handles(dispatcher, ticket)
        return True
    cell, home = cell_of(tracker), tracker.get_slot("home") or {}
    if cell is not None:
        _name(dispatcher, cell, f"{home.get('building', '')}{home.get('unit', '')}" or cell.name)
    return cell is not None


def ticket_talked_about(
    tracker: Tracker, tickets: Callable[[], TicketStore] = resources.tickets
) -> Ticket | None:
    """Return the ticket that was talked about last, or the one that is left of two."""
    number = tracker.get_slot("ticket_number")
    if topic_of(tracker) is not Topic.TICKET:
        return None
    own = tickets().of_conversation(tracker.sender_id)
    if not number:  # one was just withdrawn
        left = [one for one in own if one.is_open]
        return left[0] if len(left) == 1 else None
    return next((one for one in own if one.number == number), None)


def say_who_handles(dispatcher: CollectingDispatcher, ticket: Ticket) -> None:
    """Name the grid member of a ticket's place; the duty desk where it has no building."""
    place = ticket.complaint.place
    where = f"{place.building}{place.unit}" or place.address or phrase("public_place")
    facts = {"ticket": ticket.as_contract() | {"description": "", "address": ""}}
    _name(dispatcher, cell_at(place), where, facts)


def cell_at(place: Place) -> GridCell | None:
    """Return the grid cell of a place in a building."""
    return resources.cells().locate(place.building, place.unit) if place.building else None


def _name(
    dispatcher: CollectingDispatcher,
    cell: GridCell | None,
    where: str,
    facts: Mapping[str, object] | None = None,
) -> None:
    person, cells = person_of(cell), resources.cells()
    say(
        dispatcher, "utter_grid_member", "answer", facts=facts,
        where=where, member=person.name, telephone=person.telephone,
        cell=cell.code if cell else phrase("duty_desk"),
        note=phrase("demonstration_note") if cells.is_demonstration else "",
    )  # fmt: skip
