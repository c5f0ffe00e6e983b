"""Answers (追问项的回答): what a message says to the questions of a category."""

import re
from collections.abc import Iterable

from actions.tickets.attributes import Attribute, Datatype
from actions.understanding.numerals import CHINESE, number_of

BETWEEN = ","  # keys of a list, side by side
IN_PASSING = {Datatype.SINGLE: 3, Datatype.MULTI: 2}  # characters that are no accident
BARE = 2  # characters of a word that is an answer only by itself: 有, 没有
SHORT = 24  # characters of an answer; more is a story
_ABOUT = "(?:大概|大约|差不多|也就|只有|就|才|不到)*"
_NUMBER = re.compile(
    rf"{_ABOUT}(\d{{1,4}}(?:\.\d{{1,2}})?|[{CHINESE}]{{1,4}})(?:来|多)?(?:度|℃)?(?:左右|上下)?"
)
_DEGREES = re.compile(rf"(\d{{1,2}}(?:\.\d)?|[{CHINESE}]{{1,3}})(?:来|多)?度")
_SERVED = r"(?<=人)(?:来|去|给|上门|过来)?(?:修|管|理|来|处理|清|扫|收|问|接)"  # 没有人修
_EDGES = " ,.!?~;:，。！？、；：的了吧呢啊哦嗯呀哈"


def told_answers(attributes: Iterable[Attribute], plain: str) -> dict[str, str]:
    """Return what somebody says in passing, by code; ``plain`` is normalised."""
    found = {one.code: _told(one, plain) for one in attributes if not one.internal}
    return {code: answer for code, answer in found.items() if answer}


def answer_to(attribute: Attribute, plain: str) -> str:
    """Return the answer that a message gives to the attribute's question, or nothing."""
    words = bared(plain)
    if len(words) > SHORT:
        return _told(attribute, plain)
    if attribute.datatype.is_list:
        bare = (v.key for v in attribute.values if words in v.said and len(words) <= BARE)
        least = BARE if attribute.takes_several else BARE + 1
        return next(bare, "") or _listed(attribute, words, least=least)
    if attribute.datatype is Datatype.NUMBER:
        return _number(_NUMBER.fullmatch(words))
    match = re.fullmatch(attribute.answer_as, words) if attribute.answer_as else None
    return words if match else _told(attribute, plain)


def bared(plain: str) -> str:
    """Return the words without the courtesies and stops around them."""
    return plain.strip(_EDGES)


def _told(attribute: Attribute, plain: str) -> str:
    if attribute.datatype.is_list:
        return _listed(attribute, plain, least=IN_PASSING[attribute.datatype])
    if attribute.datatype is Datatype.NUMBER:
        return _number(_DEGREES.search(plain))
    match = re.search(attribute.said_as, plain) if attribute.said_as else None
    return match[1].strip() if match else ""


def _number(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    text = match[1]
    number = None if "." in text else number_of(text)
    return text if "." in text else "" if number is None else str(number)


def _listed(attribute: Attribute, plain: str, *, least: int) -> str:
    """Return the keys of the values that are named, the longest words first (没有困人, 困人)."""
    words = sorted(
        ((word, value.key) for value in attribute.values for word in (value.name, *value.said)),
        key=lambda pair: -len(pair[0]),
    )
    keys: list[str] = []
    for word, key in words:
        if len(word) >= least and re.search(f"{re.escape(word)}(?!{_SERVED})", plain):
            plain = plain.replace(word, " ")
            keys.append(key)
    named = list(dict.fromkeys(value.key for value in attribute.values if value.key in keys))
    if attribute.takes_several:
        return BETWEEN.join(named)
    return named[0] if len(named) == 1 else ""
