"""A tie between an elderly person and a relative, and its life."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIMIT = 3  # relatives of one person: as many as one screen shows
CODE_LIFETIME = timedelta(minutes=30)
CODES_AN_HOUR = 5


class State(StrEnum):
    """Where a tie stands; only ``agreed`` lets a relative know anything."""

    OFFERED = "offered"  # a code was made and nobody has used it
    ASKED = "asked"  # a relative has used it; the elderly person has not answered
    AGREED = "agreed"
    ENDED = "ended"


class Side(StrEnum):
    """Who acts on a tie."""

    ELDER = "elder"
    RELATIVE = "relative"
    OPERATOR = "operator"


NEXT: dict[State, frozenset[State]] = {
    State.OFFERED: frozenset({State.ASKED, State.ENDED}),
    State.ASKED: frozenset({State.AGREED, State.ENDED}),
    State.AGREED: frozenset({State.ENDED}),
    State.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a relative says when pairing; kept sealed."""

    name: str
    telephone: str
    elder_name: str = ""  # how the relative calls the elderly person
    place: str = ""  # where the elderly person lives, as people say it
    size: str = ""  # of letters on the elderly person's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One relative of one elderly person, unsealed."""

    id: str
    elder: str
    relative: str
    state: State
    particulars: Particulars
    asked_at: datetime | None
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One press of 一键呼叫; ``heard_by`` is the name of the relative who answered first."""

    id: str
    at: datetime
    is_heard: bool
