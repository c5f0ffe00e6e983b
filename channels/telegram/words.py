"""The Chinese words of this channel, read from ``texts.yml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of the channel; the fields are the keys of the file."""

    menu: dict[str, str]
    said: dict[str, str]
    welcome: str
    help: str
    unknown_command: str
    elder_on: str
    elder_off: str
    numbered: str
    edited: str
    voice: str
    voice_in_draft: str
    voice_choice: str
    unsupported: str
    chosen: str
    already_chosen: str
    opinion: dict[str, str]
    group: str
    group_button: str
    citation: str
    quoted: str


@cache
def words() -> Words:
    """Return the words; a missing or unknown key is a ``TypeError``."""
    path = Path(__file__).with_name("texts.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Words(**loaded)
