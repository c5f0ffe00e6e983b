"""Joining (一起关注): what to do about a ticket that is already open about the same thing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.batch import Batch
from actions.draft import OTHER, Draft
from actions.phrases import phrase
from actions.speech import entity, intent, metadata, said, say
from actions.tickets.errors import TicketError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, RequestType, Ticket
from actions.understanding.normalise import normalise
from actions.understanding.pointing import agrees, declines, wants_to_join

PRIVATE = frozenset({"CAR-02", "CAR-03", "CAR-04", "MED-01", "MED-02"})  # one's own affairs
FOLLOW = "follow"  # value of the slot ``confirmation``: join instead of filing
Tickets = Callable[[], TicketStore]


class Wish(StrEnum):
    """What somebody wants who was offered an open ticket about the same thing."""

    JOIN = "join"
    APART = "apart"  # a ticket of one's own


def offer_open_ticket(
    dispatcher: CollectingDispatcher, tracker: Tracker, batch: Batch, tickets: Tickets
) -> Batch | None:
    """Offer the open ticket of the first draft that was not asked about; None without one."""
    for position, draft in enumerate(batch.drafts):
        found = None if draft.similar else _similar(draft, tickets)
        if found is not None:
            turned = batch.turned_to(position)
            offered = replace(draft, similar=found.number, is_offered=True)
            _offer(dispatcher, tracker, turned, found)
            return turned.with_current(offered)
    return None


def wish_of(tracker: Tracker, draft: Draft) -> Wish | None:
    """Return what somebody wants of the ticket on offer; None if that is not said."""
    if not draft.is_offered:
        return None
    name, text = intent(tracker)[0], said(tracker)
    if name in {"cancel", "emergency", "request_human"}:
        return None
    if not text:
        chosen = entity(tracker, "ticket_number") in {"", draft.similar}
        joins = name in {"follow_ticket", "supplement_ticket"} and chosen
        return Wish.JOIN if joins else Wish.APART if name in {"affirm", "deny"} else None
    plain = normalise(text)
    if declines(plain):
        return Wish.APART
    is_yes = name in {"affirm", "follow_ticket"} or wants_to_join(plain) or agrees(plain)
    return Wish.JOIN if is_yes else Wish.APART if name == "deny" else None


def take_answer(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    batch: Batch,
    wish: Wish,
    tickets: Tickets,
) -> list[EventType]:
    """Return the slots after the answer to 要一起关注吗; joining the only draft ends the form.

    The option 继续提交 files at once; who only says no is read their draft first.
    """
    batch = batch.with_sent(metadata(tracker))
    if wish is Wish.APART:
        kept = batch.with_current(replace(batch.current, is_offered=False))
        is_all = not (batch.is_several or said(tracker))
        return kept.events(confirmation=True) if is_all else kept.events()
    if not batch.is_several:
        return batch.events(confirmation=FOLLOW)
    joined = join(dispatcher, tracker, batch.current, tickets)
    kept = batch if joined is None else batch.without(batch.at)
    kept = kept.with_current(replace(kept.current, is_offered=False))
    return kept.focused().events()


def join(
    dispatcher: CollectingDispatcher, tracker: Tracker, draft: Draft, tickets: Tickets
) -> Ticket | None:
    """Follow the ticket on offer, or add to it if it is one's own.

    Says nothing and returns None where it is gone or was closed meanwhile: nobody would come.
    """
    store, now = tickets(), datetime.now(UTC)
    ticket = store.by_number(draft.similar)
    if ticket is None or not ticket.is_open:
        return None
    try:
        if _is_own(ticket, tracker):
            store.supplement(
                ticket.number, draft.description,
                conversation=tracker.sender_id, now=now, media=draft.media,
                is_anonymous=draft.is_anonymous,
            )  # fmt: skip
            response = "utter_supplemented"
        else:
            ticket = store.follow(draft.similar, tracker.sender_id, now)
            response = "utter_following"
    except TicketError:  # closed at this moment
        return None
    shown = ticket.as_contract()
    facts = (
        shown
        if _is_own(ticket, tracker)
        else shown | {"description": "", "attributes": [], "code": None}
    )
    say(dispatcher, response, "ticket_status", facts={"ticket": facts}, number=ticket.number)
    return ticket


def _offer(
    dispatcher: CollectingDispatcher, tracker: Tracker, batch: Batch, similar: Ticket
) -> None:
    """Offer what fits: to add to one's own ticket, to follow somebody else's."""
    is_own = _is_own(similar, tracker)
    response = "utter_own_similar_ticket" if is_own else "utter_similar_ticket"
    which = phrase("which_of_several", position=batch.at + 1) if batch.is_several else ""
    say(
        dispatcher, response, "ticket_draft",
        facts={"ticket": batch.as_contract()}, summary=batch.current.summary(),
        where=which + (similar.complaint.place.building or phrase("nearby")),
        number=similar.number, status=similar.status.label,
    )  # fmt: skip


def _is_own(ticket: Ticket, tracker: Tracker) -> bool:
    return bool(ticket.complaint.reporter.conversation == tracker.sender_id)


def _similar(draft: Draft, tickets: Tickets) -> Ticket | None:
    """Return what is open about the same thing in the same place; never another's own affair."""
    if not draft.category or draft.category in PRIVATE:
        return None
    category = "" if draft.category == OTHER else draft.category  # which says nothing
    found = tickets().similar_open(category, draft.place, description=draft.description)
    return next((one for one in found if _is_here(one, draft)), None)


def _is_here(ticket: Ticket, draft: Draft) -> bool:
    complaint = ticket.complaint
    is_unit = not draft.unit or complaint.place.unit in {"", draft.unit}
    return is_unit and complaint.category not in PRIVATE and _is_shared(complaint)


def _is_shared(complaint: Complaint) -> bool:
    return complaint.request_type is not RequestType.ENQUIRY  # which a worker answers to one
