"""Small words that fill the gaps of responses, read from ``phrases.yml``."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HERE = ZoneInfo("Asia/Shanghai")
BRIEF = 16  # characters by which people know their own words again


@cache
def phrases() -> dict[str, Any]:
    """Return all phrases."""
    loaded: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("phrases.yml").read_text("utf-8")
    )
    return loaded


def phrase(name: str, **values: object) -> str:
    """Return one phrase, filled in."""
    return str(phrases()[name]).format(**values)


def local_time(moment: datetime) -> str:
    """Return a time as people here read it."""
    here = moment.astimezone(HERE)
    return phrase("time", month=here.month, day=here.day, hour=here.hour, minute=here.minute)


def brief(text: str) -> str:
    """Return the beginning of somebody's words, to remind them of what they said."""
    told = " ".join(text.split())
    return told if len(told) <= BRIEF else told[:BRIEF] + "…"
