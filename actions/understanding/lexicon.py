"""The words the parsers look for, read once from ``lexicon.yml``."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("lexicon.yml")


@cache
def load_lexicon(path: Path = PATH) -> Mapping[str, Any]:
    """Return the tables of words; a community may edit the file."""
    lexicon: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return lexicon


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """Return one expression that matches any of the words or expressions listed as ``name``."""
    return re.compile("|".join(f"(?:{word})" for word in load_lexicon()[name]))


@cache
def alternatives(name: str) -> str:
    """Return the literal words listed as ``name`` as one group, longest first."""
    words = sorted(load_lexicon()[name], key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, words)) + ")"
