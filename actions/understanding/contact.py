"""Telephone numbers in what a person wrote or spoke."""

import re

from actions.understanding.entity import Entity
from actions.understanding.numerals import digits_of

_GAP = r"[\s.\-·]{0,2}"
_FIGURES = "[0-9零〇一二三四五六七八九幺]"
_MOBILE = re.compile(
    rf"(?:\+?86{_GAP})?(?<!\d)[1一幺]{_GAP}[3-9三四五六七八九](?:{_GAP}{_FIGURES}){{9}}"
)
_LANDLINE = re.compile(
    r"(?<!\d)\(?(0(?:10|2\d|[3-9]\d{2}))\)?[\s\-]{0,2}(\d{3,4}[\s\-]?\d{4})(?:转|-)?(\d{1,4})?(?!\d)"
)
_HOTLINE = re.compile(r"(?<!\d)[48]00[\s\-]?\d{3,4}[\s\-]?\d{3,4}(?!\d)")
_LOCAL = re.compile(
    r"(?:电话|座机|固话|号码|家里电话|联系方式)(?:号码)?(?:是|为|:|\s){0,3}([2-8]\d{2,3}[\s\-]?\d{4})(?!\d)"
)
_LONG_NUMBER = re.compile(r"\d{8}-?\d{6}(?!\d)|(?<!\d)\d{17}[\dXx]")  # 工单号, 身份证号


def find_contacts(plain: str) -> list[Entity]:
    """Return every telephone number in normalised text, in the order of the text."""
    open_text = _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), plain)
    found: list[Entity] = []
    for start, end, value in _numbers(open_text):
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Entity(entity="contact", value=value, start=start, end=end))
    return sorted(found, key=lambda entity: entity.start)


def _numbers(text: str) -> list[tuple[int, int, str]]:
    numbers = []
    for match in _MOBILE.finditer(text):
        if text[match.end() : match.end() + 1].isdigit():
            continue  # a longer number: a bank card or an order
        value = re.sub(r"\D", "", digits_of(match[0]))[-11:]
        numbers.append((match.start(), match.end(), value))
    for match in _LANDLINE.finditer(text):
        area, number, extension = match[1], re.sub(r"\D", "", match[2]), match[3]
        value = f"{area}-{number}" + (f"-{extension}" if extension else "")
        numbers.append((match.start(), match.end(), value))
    for match in _HOTLINE.finditer(text):
        numbers.append((match.start(), match.end(), re.sub(r"\D", "", match[0])))
    for match in _LOCAL.finditer(text):
        numbers.append((match.start(1), match.end(1), re.sub(r"\D", "", match[1])))
    return numbers
