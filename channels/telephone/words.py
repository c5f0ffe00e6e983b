"""The Chinese words of the telephone, read from ``texts.yml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of the channel; the fields are the keys of the file."""

    greeting: str
    menu: str
    keys: dict[str, str]
    ask: dict[str, str]
    speak: str
    option: str
    source: str
    code: str
    same_telephone: str
    left_out: list[str]
    wait: str
    unclear: str
    silence: str
    wrong_key: str
    sorry: str
    person: str
    trouble: str


@cache
def words() -> Words:
    """Return the words; a missing or unknown key is a ``TypeError``."""
    path = Path(__file__).with_name("texts.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Words(**loaded)
