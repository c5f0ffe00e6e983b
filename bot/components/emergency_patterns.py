"""Tell an emergency that is happening from a question, a memory or a figure of speech.

Needs only ``re`` and ``yaml``, so that both Python environments can load it.
Whatever happens now must be found (a missed fire is worse than a needless telephone number);
what is asked about, over, denied or merely said for effect must not be.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Match, Optional, Pattern, Tuple

import yaml

from components.english import English, load_english

PATH = Path(__file__).parent.parent / "skills" / "emergency" / "patterns.yml"
SHORT = 60  # characters; a longer message must also say that it happens at this moment
LETTER_SIGNS = 2  # so many turns of phrase of a letter to an office, and it is no cry for help
CRIES = 3  # parts of one letter that are looked at alone

_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;\n]*")
_CLAUSE = re.compile(r"[^,]*,?")
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])[\s·.…~、]+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Verdict:
    """What a message says about an emergency.

    ``is_now`` is true for something that is happening; otherwise the kind is only spoken of
    (denied, over, asked about), and the bot goes on as usual but with care.
    """

    kind: str
    is_now: bool
    phrase: str
    start: int
    end: int


@dataclass(frozen=True)
class _Kind:
    name: str
    include: Pattern[str]
    certain: Optional[Pattern[str]]
    exclude: Optional[Pattern[str]]
    over: Optional[Pattern[str]]
    is_talk_checked: bool


class EmergencyPatterns:
    """The expressions of ``patterns.yml``, compiled."""

    def __init__(self, table: Mapping[str, Any], english: English) -> None:
        """Compile the table; a bad expression raises ``re.error``."""
        self._english = english
        self._characters = str.maketrans(table["characters"])
        self._slips = [(re.compile(slip), meant) for slip, meant in table["slips"].items()]
        groups: Dict[str, List[str]] = table["groups"]
        self._harmless = _compiled(table["harmless"], groups)
        self._door = _compiled(table["door"], groups)
        self._hints = {kind: re.compile(words) for kind, words in table["hints"].items()}
        self._now = _compiled(table["now"], groups)
        self._moment = _compiled(table["moment"], groups)
        self._letter = _compiled(table["letter"], groups)
        self._talk = _compiled(table["talk"], groups)
        self._over = _compiled(table["over"], groups)
        self._kinds = [
            _Kind(
                name=name,
                include=_compiled(row["include"], groups),
                certain=_optional(row, "certain", groups),
                exclude=_optional(row, "exclude", groups),
                over=_optional(row, "over", groups),
                is_talk_checked=row.get("talk", True),
            )
            for name, row in table["kinds"].items()
        ]

    def plain(self, text: str) -> str:
        """Return the text in simplified, half-width Chinese, without slips and blanks within."""
        return self._plain(text)[0]

    def without_door(self, text: str) -> str:
        """Return the text without building, unit and room."""
        bare, doors = self._door.subn("", self._plain(text)[0])
        return bare if doors else text

    def is_letter(self, text: str) -> bool:
        """Return whether somebody writes to an office and is in no danger while writing."""
        return self._is_letter(self._plain(text)[0])

    def cries(self, text: str) -> List[str]:
        """Return the parts of a letter that, alone, tell what happens at this moment; mostly none.

        The last are the ones that count where there are many.
        """
        plain, _ = self._plain(text)
        parts = _parts(plain)
        found = [
            part for part in parts if self._moment.search(part) and not self._talk.search(part)
        ]
        now = [part for part in found if (told := self.judge(part)) is not None and told.is_now]
        return now[-CRIES:]

    def is_harmless(self, text: str) -> bool:
        """Return whether a classifier alone must not take the message for an emergency."""
        return self._harmless.search(self._plain(text)[0]) is not None

    def hint(self, text: str) -> str:
        """Return the kind that the words of a known emergency point to; empty if none do."""
        plain, _ = self._plain(text)
        return next((kind for kind, words in self._hints.items() if words.search(plain)), "")

    def judge(self, text: str) -> Optional[Verdict]:
        """Return the verdict on a message, or None if no emergency is spoken of.

        The first kind in the order of the table wins; positions are those of ``text``.
        """
        plain, positions = self._plain(text)
        is_letter = self._is_letter(plain)
        careful: Optional[Verdict] = None
        for start, end in _spans(plain):
            for kind in self._kinds:
                found = self._in(kind, plain[start:end])
                if found is None:
                    continue
                first, last, is_now = found
                verdict = Verdict(
                    kind=kind.name,
                    is_now=is_now and not is_letter,
                    phrase=plain[start + first : start + last],
                    start=positions[start + first],
                    end=positions[start + last - 1] + 1,
                )
                if verdict.is_now:
                    return verdict
                careful = careful or verdict
        return careful

    def _is_letter(self, plain: str) -> bool:
        if len(plain) <= SHORT:
            return False
        if len({match.group() for match in self._letter.finditer(plain)}) >= LETTER_SIGNS:
            return True
        return not self._moment.search(plain)

    def _in(self, kind: _Kind, part: str) -> Optional[Tuple[int, int, bool]]:
        match = (kind.certain.search(part) if kind.certain else None) or _included(kind, part)
        if match is None:
            near = kind.include.search(part)
            return (near.start(), near.end(), False) if near else None
        is_over = bool(kind.over and kind.over.search(part))
        if kind.is_talk_checked:
            is_over = is_over or bool(self._over.search(part) or self._talk.search(part))
        is_now = not is_over or bool(self._now.search(part))
        return match.start(), match.end(), is_now

    def _plain(self, text: str) -> Tuple[str, List[int]]:
        """Return simplified half-width text without blanks, and where each character stood."""
        characters: List[str] = []
        positions: List[int] = []
        for index, character in enumerate(self._english.in_chinese(text)):
            for one in unicodedata.normalize("NFKC", character).translate(self._characters):
                characters.append(one.lower())
                positions.append(index)
        plain = "".join(characters)
        for blank in reversed(list(_BLANK_IN_CHINESE.finditer(plain))):
            if "\n" not in blank.group():
                plain = plain[: blank.start()] + plain[blank.end() :]
                del positions[blank.start() : blank.end()]
        for slip, meant in self._slips:
            plain = slip.sub(meant, plain)  # as long as before, so that positions stay true
        return plain, positions


def _spans(plain: str) -> List[Tuple[int, int]]:
    sentences = [match.span() for match in _SENTENCE.finditer(plain)]
    if len(sentences) > 1 and len(plain) <= SHORT:
        return [*sentences, (0, len(plain))]
    return sentences


def _parts(plain: str) -> List[str]:
    """Return the sentences; a longer one comes apart at its commas."""
    parts: List[str] = []
    for start, end in _spans(plain):
        part = ""
        for clause in _CLAUSE.findall(plain[start:end]):
            if part and len(part) + len(clause) > SHORT:
                parts.append(part)
                part = ""
            part += clause
        parts.append(part)
    return [part for part in parts if part]


def _included(kind: _Kind, part: str) -> Optional[Match[str]]:
    """Return the first include that no exclude overlaps."""
    spared = [match.span() for match in kind.exclude.finditer(part)] if kind.exclude else []
    for match in kind.include.finditer(part):
        if not any(start < match.end() and match.start() < end for start, end in spared):
            return match
    return None


def _optional(
    row: Mapping[str, Any], name: str, groups: Mapping[str, List[str]]
) -> Optional[Pattern[str]]:
    return _compiled(row[name], groups) if row.get(name) else None


def _compiled(expressions: List[str], groups: Mapping[str, List[str]]) -> Pattern[str]:
    """Join the expressions; ``{people}`` stands for any of the words of that group."""
    joined = "|".join(f"(?:{expression})" for expression in expressions)
    for name, words in groups.items():
        joined = joined.replace("{" + name + "}", "(?:" + "|".join(words) + ")")
    return re.compile(joined)


def load_patterns(path: Path = PATH) -> EmergencyPatterns:
    """Return the shipped expressions; a community may edit the file."""
    with path.open(encoding="utf-8") as file:
        return EmergencyPatterns(yaml.safe_load(file), load_english())
