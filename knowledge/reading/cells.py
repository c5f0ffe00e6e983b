"""What a cell of a workbook shows: 85%, 8:30, 0.3, by its number format.

Source: ECMA-376-1, 18.8.31 (number formats); the part of it that changes what is understood.
Numbers are written without separators of thousands.
"""

import re
from datetime import datetime, time
from typing import Protocol

_QUOTED = re.compile(r"\\(.)|\"([^\"]*)\"|\[\$([^\]-]*)[^\]]*\]")  # the last a currency: [$¥-804]
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and conditions, gaps, fillings
_NUMBER = re.compile(r"(?P<whole>[#0?,]*[#0?])(?:\.(?P<parts>[#0?]+))?(?P<percent>%?)")
_PLACEHOLDERS = frozenset("#0?.,%/Ee@")
_HELD = "\x00"  # stands for what was quoted while the format is read


class Shown(Protocol):
    """A cell of openpyxl, of any of its kinds."""

    @property
    def value(self) -> object:
        """What is stored."""

    @property
    def number_format(self) -> str | None:
        """How it is shown; none for an empty cell."""


def shown(cell: Shown) -> str:
    """Return a cell's value as people see it; lines stay lines, as a cell may be a list."""
    value = cell.value
    if value is None:
        return ""
    form = cell.number_format or ""
    if isinstance(value, datetime):
        return _moment(value, form)
    if isinstance(value, time):
        return _time(value, form)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _figure(value, form)
    return lines(str(value))


def lines(text: str) -> str:
    """Return a text without empty lines and doubled spaces."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _moment(value: datetime, form: str) -> str:
    day = value.date().isoformat()
    has_time = value.time() != time() and ("h" in form.lower() or form in {"", "General"})
    return f"{day} {_time(value.time(), form)}" if has_time else day


def _time(value: time, form: str) -> str:
    """Return a time of day in 24 hours, whatever the format says of morning and afternoon."""
    wide = 2 if "hh" in form.lower() else 1
    seconds = f":{value.second:02}" if value.second or "s" in form.lower() else ""
    return f"{value.hour:0{wide}}:{value.minute:02}{seconds}"


def _figure(value: float, form: str) -> str:
    """Return a number with the decimals, the per cent and the unit that its format gives it."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[1] or match[2] or match[3] or "")
        return _HELD

    section = _UNSHOWN.sub("", _QUOTED.sub(hold, form).split(";")[0]).strip()
    match = _NUMBER.search(section)
    if match is None or _PLACEHOLDERS & set(_NUMBER.sub("", section, count=1)):
        return _plain(value)
    before, after = (
        _given_back(part, held) for part in (section[: match.start()], section[match.end() :])
    )
    if any(sign.isascii() and sign.isalpha() for sign in section.replace(_HELD, "")):
        return _plain(value)
    return f"{before}{_written(value, match)}{after}".strip()


def _given_back(part: str, held: list[str]) -> str:
    return "".join(held.pop(0) if sign == _HELD else sign for sign in part)


def _written(value: float, match: re.Match[str]) -> str:
    parts = match["parts"] or ""
    text = f"{value * (100 if match['percent'] else 1):.{len(parts)}f}"
    whole, _, decimals = text.partition(".")
    least = len(parts.rstrip("#?"))
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    whole = whole.zfill(match["whole"].count("0"))
    return f"{sign}{whole}{'.' if decimals else ''}{decimals}{match['percent']}"


def _plain(value: float) -> str:
    """Return a number with the fifteen digits that a workbook keeps exactly."""
    is_whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if is_whole else f"{value:.15g}"
