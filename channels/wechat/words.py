"""The Chinese words of this channel, read from ``texts.yml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of the channel; the fields are the keys of the file."""

    menu: list[dict[str, Any]]
    said: dict[str, str]
    heard: dict[str, list[str]]
    welcome: str
    welcome_place: str
    help: str
    patience: str
    more: str
    elder_on: str
    elder_on_page: str
    elder_off: str
    numbered: str
    voice: str
    voice_choice: str
    lost_media: str
    unsupported: str
    citation: str
    quoted: str
    cli: dict[str, str]
    refusals: dict[int, str]


@cache
def words() -> Words:
    """Return the words; a missing or unknown key is a ``TypeError``."""
    path = Path(__file__).with_name("texts.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Words(**loaded)
