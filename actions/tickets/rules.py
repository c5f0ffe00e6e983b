"""Rules the community may change: bursts, warnings, returns, and who may not handle what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.tickets.categories import Category
from actions.tickets.ticket import Level

PATH = Path(__file__).with_name("rules.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who handles complaints, and is the subject of some (被投诉的一方)."""

    handler: str
    names: tuple[str, ...]
    categories: frozenset[str]
    said: tuple[re.Pattern[str], ...]
    instead: str
    level: Level

    def is_accused(self, category: str, description: str) -> bool:
        """Return whether a complaint is about this party itself."""
        return category in self.categories or any(one.search(description) for one in self.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """How many reports of one category, in how short a time, are an alert (群发)."""

    within: timedelta = timedelta(hours=2)
    one_place: int = 4
    everywhere: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCodes:
    """How many wrong query codes are borne with, and for how long they count."""

    within: timedelta = timedelta(hours=1)
    conversation: int = 5
    address: int = 20

    def of(self, kind: str) -> int:
        """Return the limit for ``conversation`` or ``address``."""
        return self.conversation if kind == "conversation" else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one community."""

    due_soon: timedelta = timedelta(hours=4)
    returns: int = 3
    burst: Burst = field(default_factory=Burst)
    wrong_codes: WrongCodes = field(default_factory=WrongCodes)
    same_meaning: float = 0.94  # cosine
    beside_a_spot: frozenset[str] = frozenset()  # 附近: words that tell no spot from another
    erase_after: timedelta = timedelta()  # nought: never by itself
    accused: tuple[Party, ...] = ()

    def accused_by(self, category: str, description: str) -> tuple[Party, ...]:
        """Return the parties that a complaint is about."""
        return tuple(one for one in self.accused if one.is_accused(category, description))

    def route(self, category: Category, description: str) -> tuple[str, Level]:
        """Return who handles a complaint and at which level; never whom it accuses."""
        for party in self.accused_by(category.code, description):
            if category.handler == party.handler:
                return party.instead, max(category.level, party.level, key=list(Level).index)
        return category.handler, category.level

    def may_handle(self, handler: str, category: str, description: str) -> bool:
        """Return whether a complaint may be given to somebody, by the name as it is written."""
        accused = self.accused_by(category, description)
        return not any(handler.strip() in party.names for party in accused)


@cache
def load_rules(path: Path = PATH) -> Rules:
    """Return the rules of ``rules.yml``, read once."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    burst = table["burst"]
    return Rules(
        due_soon=timedelta(**table["due_soon"]),
        returns=int(table["returns"]),
        burst=Burst(
            within=timedelta(**burst["within"]),
            one_place=int(burst["one_place"]),
            everywhere=int(burst["everywhere"]),
        ),
        wrong_codes=WrongCodes(
            within=timedelta(**table["wrong_codes"]["within"]),
            conversation=int(table["wrong_codes"]["conversation"]),
            address=int(table["wrong_codes"]["address"]),
        ),
        erase_after=timedelta(**table["erase_after"]),
        same_meaning=float(table["same_meaning"]),
        beside_a_spot=frozenset(table["beside_a_spot"]),
        accused=tuple(_party(row) for row in table["accused"]),
    )


def _party(row: Mapping[str, Any]) -> Party:
    return Party(
        handler=row["handler"],
        names=tuple(row["names"]),
        categories=frozenset(row["categories"]),
        said=tuple(re.compile(one) for one in row["said"]),
        instead=row["instead"],
        level=Level(row["level"]),
    )
