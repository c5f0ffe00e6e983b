"""Which of several tickets is meant: by its place, its matter, its words, its row, or 刚才那个."""

from datetime import UTC, datetime
from itertools import pairwise

from rasa_sdk import Tracker

from actions.draft import understood
from actions.speech import said
from actions.tickets.ticket import Ticket
from actions.topic import title_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import points_back, thing_named, which_of

SURE = 0.4  # of the category by which somebody names one of several tickets


def pointed_at(tracker: Tracker, tickets: list[Ticket]) -> Ticket | None:
    """Return the one that the words point to; None where they name none, or something else."""
    text = said(tracker)
    if not text:
        return None
    narrowed = _narrowed(text, tickets)
    if narrowed is not None:
        return narrowed
    plain = normalise(text)
    row = which_of(plain, len(tickets))
    if row is not None:
        return tickets[row]
    if thing_named(plain):  # 鸽子那个, and none of them is about 鸽子
        return None
    last = tracker.get_slot("ticket_number")
    return next((t for t in tickets if t.number == last and points_back(plain)), None)


def names_other(text: str, ticket: Ticket) -> bool:
    """Return whether the words name a thing that the ticket is not about."""
    return bool(thing_named(normalise(text))) and _narrowed(text, [ticket]) is None


def _narrowed(text: str, tickets: list[Ticket]) -> Ticket | None:
    """Return the only one that has the thing, the place or the matter that is named."""
    found = understood(text, datetime.now(UTC))
    place, guess = found.place, found.category
    code = guess.code if guess and guess.score >= SURE else ""
    thing = thing_named(normalise(text))
    called = [t for t in tickets if thing and _speaks_of(thing, t)]
    here = [t for t in tickets if place.building and t.complaint.place.building == place.building]
    here = [t for t in here if place.unit and t.complaint.place.unit == place.unit] or here
    same = [t for t in here or tickets if code and t.complaint.category == code]
    ways = (called, same, here)
    return next((way[0] for way in ways if len(way) == 1), None)


def _speaks_of(thing: str, ticket: Ticket) -> bool:
    """Return whether two neighbouring characters of the thing stand in the ticket's words."""
    told = normalise(f"{ticket.complaint.description} {title_of(ticket)}")
    pairs = ["".join(pair) for pair in pairwise(thing)] or [thing]
    return any(pair in told for pair in pairs)
