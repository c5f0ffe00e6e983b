"""Home (住处): a door that somebody named once need not be told again.

Who said where they are, or came by the code at an entrance, has their report placed there and read
back; where somebody only reported something before, that place is offered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import resources
from actions.batch import Batch
from actions.phrases import phrase
from actions.speech import payload

Choice = tuple[str, str]
BEFORE_ASKING = frozenset({"", "problem"})  # of a form: nobody was asked for a place yet


def told_home(building: str, unit: str, room: str = "") -> EventType:
    """Return the event that keeps the home that somebody told."""
    inside = {"room": room} if room else {}
    return SlotSet("home", {"building": building, "unit": unit, "is_told": True, **inside})


def placed_at_home(events: Sequence[EventType], tracker: Tracker) -> list[EventType]:
    """Return the events of the form with drafts that name no place put at the home told before."""
    home: Mapping[str, Any] = tracker.get_slot("home") or {}
    asked = str(tracker.get_slot("requested_slot") or "")
    if not (home.get("is_told") and _is_known(home)) or asked not in BEFORE_ASKING:
        return list(events)
    slots = {one["name"]: one["value"] for one in events if one["event"] == "slot"}
    batch = Batch.from_slots(
        slots.get("draft", tracker.get_slot("draft")),
        slots.get("other_drafts", tracker.get_slot("other_drafts")),
    )
    placed = batch.placed_at(home["building"], home["unit"], home.get("room", ""))
    if placed == batch or slots.get("confirmation"):
        return list(events)
    return [*events, *placed.focused().events()]


def home_choice(tracker: Tracker) -> list[Choice]:
    """Return the option to answer 在哪里 with the home that is known; none if there is none."""
    home: Mapping[str, Any] = tracker.get_slot("home") or {}
    if not _is_known(home):
        return []
    where = f"{home['building']}{home['unit']}"
    return [(phrase("at_home", where=where), payload("inform", known_place=where))]


def _is_known(home: Mapping[str, Any]) -> bool:
    building, unit = str(home.get("building") or ""), str(home.get("unit") or "")
    return bool(building) and resources.cells().locate(building, unit) is not None
