"""The numbers that Word keeps apart from the words: 第一章, 第一条, 一、, （一）, 1.

Source: ECMA-376-1, 17.9 (Numbering).
"""

import re
from dataclasses import dataclass, replace
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "japaneseDigitalTenThousand",
        "taiwaneseDigital",
    }
)
_CIRCLED = frozenset(
    {"decimalEnclosedCircle", "decimalEnclosedCircleChinese", "ideographEnclosedCircle"}
)
_PLACE = re.compile(r"%(\d)")
LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and written."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(frozen=True, slots=True)
class Style:
    """What a style of paragraphs says: its name, the one it rests on, its list and level."""

    name: str = ""
    base: str = ""
    list: str = ""
    level: int | None = None


def styles_of(document: Any) -> dict[str, Style]:
    """Return the styles of a document by their ids; the default one also by no id."""
    found: dict[str, Style] = {}
    for one in document.styles.element.iter(f"{_W}style"):
        if one.get(f"{_W}type") != "paragraph":
            continue
        base, name = _value(one, "basedOn"), _value(one, "name")
        style = Style(name, base, *_list_of(one.find(f"{_W}pPr")))
        found[one.get(f"{_W}styleId") or ""] = style
        if one.get(f"{_W}default") in {"1", "true", "on"}:
            found[""] = style
    return found


def _value(element: Any, name: str) -> str:
    found = None if element is None else element.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val") or ""


def _list_of(holder: Any) -> tuple[str, int | None]:
    """Return the list and the level that the properties of a paragraph or style name."""
    found = None if holder is None else holder.find(f"{_W}numPr")
    if found is None:
        return "", None
    level = _value(found, "ilvl")
    return _value(found, "numId"), _number(level) if level else None


class Numbering:
    """Counts the lists of one document; ask for each paragraph once, in order."""

    def __init__(self, document: Any) -> None:
        self.styles = styles_of(document)
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        self._restarts: dict[str, frozenset[int]] = {}  # levels that a list begins anew, once
        self._counts: dict[str, list[int | None]] = {}
        self._read(document)

    def style(self, paragraph: Any) -> Style:
        """Return the style of a ``w:p`` element."""
        name = _value(paragraph.find(f"{_W}pPr"), "pStyle")
        return self.styles.get(name) or self.styles.get("", Style())

    def label(self, paragraph: Any) -> str:
        """Return what Word writes before a ``w:p`` element, or nothing."""
        number, at = self._place(paragraph)
        if number not in self._lists:
            return ""
        family, levels = self._lists[number]
        counts = self._counts.setdefault(family, [None] * LEVELS)
        for again in self._restarts.pop(number, frozenset()):
            counts[again] = None
        level = levels.get(at, Level())
        before = counts[at]
        counts[at] = level.start if before is None else before + 1
        counts[at + 1 :] = [None] * (LEVELS - at - 1)

        def written(place: re.Match[str]) -> str:
            upper = min(int(place[1]) - 1, LEVELS - 1)
            one = levels.get(upper, Level())
            reached = counts[upper]
            return numeral(one.start if reached is None else reached, one.form)

        return "" if level.form in {"bullet", "none"} else _PLACE.sub(written, level.text)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """Return the paragraph's list and level, its own or its style's."""
        number, level = _list_of(paragraph.find(f"{_W}pPr"))
        style = self.style(paragraph)
        for _ in range(LEVELS):  # styles that rest on one another, however they do
            if number:
                break
            number, level = style.list, style.level if level is None else level
            style = self.styles.get(style.base, Style()) if style.base else Style()
        return number, min(level or 0, LEVELS - 1)

    def _read(self, document: Any) -> None:
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # python-docx's words for a file without lists
            return
        families = {
            one.get(f"{_W}abstractNumId"): _levels(one) for one in root.iter(f"{_W}abstractNum")
        }
        for one in root.iter(f"{_W}num"):
            link = one.find(f"{_W}abstractNumId")
            family = "" if link is None else link.get(f"{_W}val")
            if family in families:
                number, starts = one.get(f"{_W}numId"), _starts(one)
                levels = families[family] | _levels(one)
                anew = {at: replace(levels.get(at, Level()), start=starts[at]) for at in starts}
                self._lists[number] = (family, levels | anew)
                self._restarts[number] = frozenset(starts)


def _levels(family: Any) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for one in family.iter(f"{_W}lvl"):
        at = _number(one.get(f"{_W}ilvl"))
        values = {
            name: node.get(f"{_W}val")
            for name in ("numFmt", "lvlText", "start")
            if (node := one.find(f"{_W}{name}")) is not None
        }
        form, text = values.get("numFmt") or "decimal", values.get("lvlText") or ""
        if 0 <= at < LEVELS:
            found[at] = Level(form, text, _number(values.get("start") or "1"))
    return found


def _starts(one: Any) -> dict[int, int]:
    """Return the levels that a list begins anew, with their first numbers.

    Source: ECMA-376-1, 17.9.8 (lvlOverride) and 17.9.26 (startOverride).
    """
    found = {
        _number(override.get(f"{_W}ilvl")): _number(_value(override, "startOverride"))
        for override in one.iter(f"{_W}lvlOverride")
        if override.find(f"{_W}startOverride") is not None
    }
    return {at: start for at, start in found.items() if 0 <= at < LEVELS}


def _number(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text) else 0


def numeral(number: int, form: str) -> str:
    """Return a number as a list of this form writes it."""
    if form in _CHINESE:
        return chinese(number)
    if form in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form in {"lowerLetter", "upperLetter"} and number >= 1:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        return roman(number).upper() if form == "upperRoman" else roman(number)
    if form in {"ideographTraditional", "ideographZodiac"} and number >= 1:
        signs = _STEMS if form == "ideographTraditional" else _BRANCHES
        return signs[(number - 1) % len(signs)]
    return str(number)


def chinese(number: int) -> str:
    """Return a number below 100,000 as 一百零五 is written."""
    if not 0 <= number < 100_000:
        return str(number)
    text, is_gap = "", False
    for unit, sign in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += (_DIGITS[0] if is_gap and text else "") + _DIGITS[digit] + sign
        is_gap = not digit and bool(text)
    text = text or _DIGITS[0]
    return text.removeprefix("一") if text.startswith("一十") else text


def roman(number: int) -> str:
    """Return a number as small Roman numerals."""
    text = ""
    for value, signs in _ROMAN:
        count, number = divmod(number, value)
        text += signs * count
    return text
