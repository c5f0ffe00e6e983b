"""Reviving (还是报吧): what was dropped or withdrawn just now, wanted after all."""

from collections.abc import Callable
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import resources
from actions.batch import Batch
from actions.draft import Draft
from actions.report import begin
from actions.speech import said
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket
from actions.understanding.normalise import normalise
from actions.understanding.pointing import revives, submits

DROPPED = "dropped"  # key of the slot ``other_drafts`` while nothing is being reported


def kept_dropped(batch: Batch) -> EventType:
    """Return the event that keeps what is dropped until the next report."""
    drafts = [draft.to_slot() for draft in batch.drafts if draft.description]
    return SlotSet("other_drafts", {DROPPED: drafts} if drafts else None)


def revived(
    tracker: Tracker, tickets: Callable[[], TicketStore] = resources.tickets
) -> list[EventType] | None:
    """Return the events that take up again what was dropped last; None where nothing was."""
    plain = normalise(said(tracker))
    wants_again = revives(plain)
    if tracker.active_loop_name is not None or not (wants_again or submits(plain)):
        return None
    dropped = (tracker.get_slot("other_drafts") or {}).get(DROPPED)
    if not (dropped or wants_again):
        return None
    if dropped:
        drafts = tuple(replace(Draft.from_slot(one), tries=0) for one in dropped)
        return begin(Batch(drafts=drafts))
    own = tickets().of_conversation(tracker.sender_id)
    latest = max(own, key=lambda one: one.number, default=None)
    gone = latest if latest is not None and latest.status is Status.WITHDRAWN else None
    return begin(Batch(drafts=(_draft_of(gone),))) if gone else None


def _draft_of(ticket: Ticket) -> Draft:
    told, place, reporter = ticket.complaint, ticket.complaint.place, ticket.complaint.reporter
    return Draft(
        description=told.description, category=told.category, building=place.building,
        unit=place.unit, room=place.room, address=place.address, since=told.since,
        contact=reporter.contact, urgency=told.urgency, request_type=told.request_type.value,
        is_anonymous=reporter.is_anonymous, on_behalf_of=reporter.on_behalf_of,
        media=tuple(told.media), latitude=place.latitude, longitude=place.longitude,
        datum=place.datum,
    )  # fmt: skip
