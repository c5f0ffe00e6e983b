"""Where somebody comes from (籍贯): said of themselves, it is no place that is asked about."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.lexicon import lexicon

WORDS = Path(__file__).parent / "origins.yml"


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


@cache
def _told() -> tuple[re.Pattern[str], ...]:
    """Return how people say where they come from; the group ``place`` is where that is."""
    words = _words()
    one = f"(?:{lexicon().area.pattern}){words['after']}"
    place = f"(?P<place>(?:{one})+)"
    patterns = (told.format(place=place, **words["words"]) for told in words["told"])
    return tuple(re.compile(pattern) for pattern in patterns)


def without_origin(text: str) -> str:
    """Return a question in which the place that somebody comes from is only far away.

    What is asked of a place (河南的居住证怎么办) keeps its name.
    """
    for pattern in _told():
        text = pattern.sub(_far, text)
    return text


def _far(match: re.Match[str]) -> str:
    start, end = (edge - match.start() for edge in match.span("place"))
    return f"{match[0][:start]}{_words()['afar']}{match[0][end:]}"
