"""Named people: who answers for a building, and who does when the building is unknown."""

from dataclasses import dataclass

from rasa_sdk import Tracker

from actions import resources
from actions.draft import Draft
from actions.phrases import phrase
from actions.tickets.cells import GridCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody a resident can call."""

    name: str
    telephone: str


def cell_of(tracker: Tracker) -> GridCell | None:
    """Return the grid cell of the place talked about, or of the home that was named once."""
    draft = Draft.from_slot(tracker.get_slot("draft"))
    if draft.cell is not None:
        return draft.cell
    home = tracker.get_slot("home") or {}
    return resources.cells().locate(home.get("building", ""), home.get("unit", ""))


def person_for(tracker: Tracker) -> Person:
    """Return the grid member of the place, else whoever has the duty desk."""
    return person_of(cell_of(tracker))


def person_of(cell: GridCell | None) -> Person:
    """Return the grid member of the cell, else whoever has the duty desk."""
    if cell is not None:
        return Person(name=cell.member, telephone=cell.telephone)
    duty = resources.cells().duty
    return Person(name=duty.name, telephone=duty.telephone)


def ask_worker(tracker: Tracker) -> str:
    """Return the sentence that says whom to ask."""
    person = person_for(tracker)
    return phrase("ask_worker", member=person.name, telephone=person.telephone)
