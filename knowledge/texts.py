"""Every Chinese word this package says to a person, read from ``texts.yml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

TEXTS = Path(__file__).with_name("texts.yml")


class Texts:
    """The texts by section and key; a missing key is a programmer's mistake."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        self._sections = sections

    def error(self, key: str, **details: object) -> str:
        """Return the sentence of an error, with its details filled in."""
        return self._sections["errors"][key].format(**details)

    def label(self, key: str) -> str:
        """Return a label, such as the name of a facet."""
        return self._sections["labels"][key]

    def sentence(self, key: str, **details: object) -> str:
        """Return a sentence of an answer, with its details filled in."""
        return self._sections["sentences"][key].format(**details)

    def begins(self, day: str) -> str:
        """Return that something is in force from a day on, which is written as ISO."""
        year, month, day_of_month = map(int, day.split("-"))
        return self.sentence("begins", year=year, month=month, day=day_of_month)

    def verdict(self, key: str, **details: object) -> str:
        """Return a line of what can be said of a receipt, with its details filled in."""
        return self._sections["verdict"][key].format(**details)

    def command(self, key: str, **details: object) -> str:
        """Return a sentence of the command line, with its details filled in."""
        return self._sections["command"][key].format(**details)


@cache
def texts() -> Texts:
    """Return the texts, read once."""
    return Texts(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))
