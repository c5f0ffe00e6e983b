"""The words that addresses are made of, read once from ``words.yml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("words.yml")


@cache
def load_words() -> Mapping[str, Any]:
    """Return the tables of words; a community may edit the file."""
    words: Mapping[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return words
