"""Puts what residents write in English into the Chinese that all else understands.

Word by word, from ``english.yml``: enough to tell a lift from a lamp and a fire from a question,
and no translation for people to read, who keep the resident's own words.
The result is as long as the text, each stretch of English filled up with blanks.
Needs only ``re`` and ``yaml``, so that both Python environments can load it.
"""

import re
from pathlib import Path
from typing import Any, List, Mapping, Match, Tuple

import yaml

PATH = Path(__file__).parent.parent / "english.yml"

_STRETCH = re.compile(r"[A-Za-z0-9 \t'’&()#/\"+-]*[A-Za-z]{2}[A-Za-z0-9 \t'’&()#/\"+-]*")
_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d[\d/#-]*|\S")
LEAST = 0.4  # of the letters of a stretch that must be known, small words left out
_STOP = re.compile(r"\.(?!\d)")
_FIGURE = re.compile(r"\d")
_DOOR = re.compile(r"\d{1,3}-\d{1,2}-\d{3,4}")


class English:
    """The expressions of ``english.yml``, compiled."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Compile the table; a bad expression raises ``re.error``."""
        self._numbers: Mapping[str, int] = table["numbers"]
        number = "(" + "|".join([r"\d{1,3}", *self._numbers]) + ")"
        self._places = [_compiled(one.replace("{n}", number), to) for one, to in table["places"]]
        self._words = [_compiled(one, to) for to, some in table["words"].items() for one in some]
        self._weak = frozenset(table["weak"])
        self._small = frozenset(table["small"])
        self._joints = re.compile(rf"\b(?:{'|'.join(table['joints'])})\b", re.I)

    def in_chinese(self, text: str) -> str:
        """Return the text with its English in Chinese words; other text comes back as it is."""
        found = _STRETCH.search(text)
        if found is None:
            return text
        kept, end, is_any = [], 0, False
        for stretch in _STRETCH.finditer(text):
            told = self._told(stretch.group())
            is_any = is_any or bool(told)
            kept += [text[end : stretch.start()], (told or stretch.group()).ljust(len(stretch[0]))]
            end = stretch.end()
        whole = "".join([*kept, text[end:]])
        return _STOP.sub("。", whole) if is_any and len(whole) == len(text) else whole

    def _told(self, stretch: str) -> str:
        """Return a stretch of English in Chinese; empty if none that tell anything are known."""
        parts = [self._part(part) for part in self._joints.split(stretch)]
        known, unknown = (sum(some) for some in zip(*(counts for _, counts in parts)))
        if not known or known < LEAST * (known + unknown):
            return ""
        told = ",".join(words for words, _ in parts if words)
        return told if len(told) <= len(stretch) else ""

    def _part(self, part: str) -> Tuple[str, Tuple[int, int]]:
        """Return the words of a part, places first as in Chinese; letters known and unknown."""
        places: List[str] = []
        others: List[str] = []
        position, known, unknown = 0, 0, 0
        while position < len(part):
            place = _first(self._places, part, position)
            word = place or _first(self._words, part, position)
            if word is not None:
                match, told = word
                (places if place else others).append(self._filled(match, told))
                known += 0 if told in self._weak else len(match.group())
                position = match.end()
                continue
            token = _TOKEN.match(part, position)
            left = token.group() if token is not None else part[position]
            position += len(left)
            if _FIGURE.match(left):
                (places if _DOOR.fullmatch(left) else others).append(left)
            elif left.lower() not in self._small:
                unknown += sum(map(str.isalpha, left))
        return "".join([*places, *others]), (known, unknown)

    def _filled(self, match: Match[str], told: str) -> str:
        number = match.group(1) if match.re.groups else ""
        return told.replace("{n}", str(self._numbers.get(number.lower(), number.upper())))


Row = Tuple["re.Pattern[str]", str]


def _compiled(expression: str, told: str) -> Row:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{expression})(?![A-Za-z0-9])", re.I), told


def _first(rows: List[Row], part: str, position: int) -> "Tuple[Match[str], str] | None":
    """Return the longest of the expressions that match here; None if none does."""
    found = [(match, told) for pattern, told in rows if (match := pattern.match(part, position))]
    return max(found, key=lambda one: one[0].end(), default=None)


def load_english(path: Path = PATH) -> English:
    """Return the shipped table; a community may edit the file."""
    with path.open(encoding="utf-8") as file:
        return English(yaml.safe_load(file))
