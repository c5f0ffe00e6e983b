"""What of a question may stand in a gap: whether it names a subject, and no building or unit."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.asking import manners
from knowledge.bm25 import normalised
from knowledge.lexicon import lexicon
from knowledge.texts import texts

WORDS = Path(__file__).with_name("gaps.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The expressions of ``gaps.yml``."""

    going_on: re.Pattern[str]
    ours: re.Pattern[str]
    mark: re.Pattern[str]
    door: re.Pattern[str]


@cache
def _words() -> _Words:
    loaded: dict[str, str] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    masked = re.escape(texts().label("door"))
    place = f"(?:{loaded['building']}|{loaded['unit']})"
    dashed = rf"(?<!\d)\d{{1,2}}-\d{{1,2}}-{masked}"
    return _Words(
        going_on=re.compile(loaded["going_on"]),
        ours=re.compile(loaded["ours"]),
        mark=re.compile(loaded["mark"]),
        door=re.compile(rf"(?:{place}\s*)*{place}(?:\s*{masked})?(?:{loaded['room']})?|{dashed}"),
    )


def names_subject(question: str) -> bool:
    """Return whether a masked question says of what it asks (周末呢 does not)."""
    words, known = _words(), lexicon()
    if words.ours.search(question):
        return True
    rest = normalised(words.mark.sub(" ", question))
    for pattern in (*manners().asks.values(), words.going_on, known.fillers, known.light):
        rest = pattern.sub(" ", rest)
    return any(sign.isalnum() for sign in rest)


def without_door(masked: str) -> str:
    """Return masked words with building and unit masked too, as one door (5栋1单元[门牌])."""
    return _words().door.sub(texts().label("door"), masked)
