"""The internal side for what staff do besides moving tickets, and for what they should look at."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from actions.tickets import alerts, casework, erasure
from actions.tickets.console_api import REFUSALS, Name, NoteIn, Words, authorized, whole
from actions.tickets.resources import Here

router = APIRouter(
    prefix="/internal/tickets",
    tags=["internal"],
    dependencies=[Depends(authorized)],
    responses=REFUSALS,
)


class ActIn(NoteIn):
    """Something done with a ticket; the reporter reads the text, if there is one."""

    text: Words = ""


class ExtensionIn(NoteIn):
    """Why a deadline is extended; the reporter reads it."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class ErasureIn(NoteIn):
    """Who erases what is personal, and on whose word; it names nobody."""


class SeenIn(NoteIn):
    """Who looked at an alert."""

    actor: Name
    text: Words = ""


@router.post("/alerts/{alert}/seen")
def see(here: Here, alert: int, seen: SeenIn) -> dict[str, int]:
    """Note who looked; the first one counts."""
    alerts.see(here.store.engine, alert, operator=seen.actor, now=here.clock())
    return {"id": alert}


@router.post("/{number}/extension")
def extend(here: Here, number: str, act: ExtensionIn) -> dict[str, Any]:
    """Give a ticket its one extension and announce it to the reporter."""
    casework.extend(here.store, number, actor=act.actor, now=here.clock(), note=act.text)
    return whole(here, number)


@router.post("/{number}/unreached")
def unreached(here: Here, number: str, act: ActIn) -> dict[str, Any]:
    """Keep that the reporter was called in vain, and tell them so."""
    casework.unreached(here.store, number, actor=act.actor, now=here.clock(), note=act.text)
    return whole(here, number)


@router.post("/{number}/erasure")
def remove_personal(here: Here, number: str, act: ErasureIn) -> dict[str, Any]:
    """Erase what is personal in a settled ticket, photographs included; why is kept."""
    media = erasure.erase(here.store, number, actor=act.actor, reason=act.text, now=here.clock())
    erasure.delete_media(here.settings.home, media)
    return whole(here, number)


@router.post("/{number}/part")
def part(here: Here, number: str, act: ActIn) -> dict[str, Any]:
    """Take a ticket out of the one it was joined to."""
    casework.part(here.store, number, actor=act.actor, now=here.clock(), note=act.text)
    return whole(here, number)
