"""What Chinese texts write at the beginning of a line: 第一章, 第一条, 一、, （一）, 1., 问：."""

import re
from dataclasses import dataclass

from knowledge.reading.numerals import counted

_NUM = "一二三四五六七八九十百千零〇"
# What follows a number that a sentence only refers to: 第五条规定的…, 第五条、第六条…
_CITED = (
    r"(?!之|之?规定|的|所(?:列|称|述|指|涉|规定)|第[" + _NUM + r"\d（(]+[)）]?[款项条目]"
    r"|[、，,]|和|或|至|到|与|及|以及)"
)
ARTICLE = re.compile(rf"^(第[{_NUM}\d]+条(?:之[{_NUM}])?){_CITED}[\s\u3000:：]*")
CHAPTER = re.compile(rf"^第[{_NUM}\d]+[章编]{_CITED}")
PART = re.compile(rf"^第[{_NUM}\d]+节{_CITED}")
NUMBERED = (
    (4, re.compile(rf"^([{_NUM}]+)、\s*")),
    (5, re.compile(rf"^[（(]([{_NUM}]+)[)）]\s*")),
    (6, re.compile(r"^(\d{1,2})(?:[、)）]|[.．](?!\d))\s*")),
    (7, re.compile(r"^[（(](\d{1,2})[)）]\s*")),
)
ASKED = re.compile(r"^(?:\d{1,2}[.、．]\s*)?(?:问题?\s*\d*\s*[:：]|Q\s*\d*\s*[:：.、])\s*")
REPLIED = re.compile(r"^(?:答复?|A\s*\d*)\s*[:：.、]\s*")
INLINE_REPLY = re.compile(r"(?<=[？?])\s*(?=(?:答复?|A\s*\d*)\s*[:：])")


_REMARK = re.compile(r"^(?:注|备注|说明|附注|注意|提示)\s*\d*\s*[:：]")


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a line in a list: how deep the list is by its signs, and which line it is."""

    level: int
    number: int


def mark_of(text: str) -> Mark | None:
    """Return the 一、 （一） 1. (1) that a line begins with, if it does."""
    for level, pattern in NUMBERED:
        if match := pattern.match(text):
            return Mark(level, counted(match[1]))
    return None


def begins_clause(text: str) -> bool:
    """Return whether a 编, 章, 节 or 条 begins here, and is not merely referred to."""
    return any(pattern.match(text) for pattern in (ARTICLE, CHAPTER, PART))


def is_remark(text: str) -> bool:
    """Return whether a text is a sentence or a note: 注：老人免费."""
    return text.endswith("。") or _REMARK.match(text) is not None


def bare(text: str) -> str:
    """Return a line without its number."""
    text = ASKED.sub("", text)
    for _, pattern in NUMBERED:
        text = pattern.sub("", text, count=1)
    return text
