"""How often something happens, as it was said (每天半夜, 一周三次, 一下雨就)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from actions.understanding.entity import Entity
from actions.understanding.numerals import CHINESE

_N = rf"(?:\d{{1,2}}|好?几|[{CHINESE}]{{1,3}})"
_PART = r"(?:大?清?早上?|早晚|晚上|凌晨|上午|中午|下午|傍晚|半夜三更|半夜|夜里|深夜|夜间|下班后)"
_HOUR = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})点(?:[多半钟]|\d{{1,2}}分?)?"
# 一点都不 is no hour, 一点多 and 一点以后 are.
_CLOCK = (
    rf"(?!一点(?![多半钟以之过左前到至])){_HOUR}(?:[到至~-]{_PART}?{_HOUR})?"
    r"(?:以后|之后|过后|左右|前后|以前|之前)?"
)
_PART_OF_DAY = rf"(?:{_PART}(?:的?{_CLOCK})?|{_CLOCK})"
_SPAN = r"(?:天|日|晚上?|夜|早上?|周末|周|个?星期|个?礼拜|个?月|年|小时|分钟|次|回|趟)"
_TIMES = rf"(?:都?要?(?:\w{{0,3}}?){_N}(?:次|回|趟|遍))"
# 昨天天花板, 上周周五, 今年年初 are two words that meet; 楼上天天 and 门前天天 are not.
DAILY = r"(?<![昨今明每当])天天(?!花板|然气|气(?![死得人味呼我他她你爸妈]))"
_REPEATED = (
    rf"(?:{DAILY}|(?<![昨今前])(?:夜夜|晚晚)|(?<![上下本这每])周周(?![一二三四五六日天末])"
    r"|(?<![本每当])月月(?![初底末中])|(?<![今去明每当])年年(?![初底末中])|次次|回回)"
)
# From the most telling to the least; the first that is found is taken.
_WAYS = (
    rf"每(?:隔)?{_N}?(?:个)?{_SPAN}的?{_PART_OF_DAY}?{_TIMES}?",
    rf"(?:一天到晚|(?:{_N}|一)(?:天|晚上?|周|个?星期|个?礼拜|个?月|年)[^,。;!?]{{0,3}}?{_N}(?:次|回|趟|遍))",
    rf"{_REPEATED}的?{_PART_OF_DAY}?",
    r"(?:每逢|每到|每次一?到?|一到|一下|一刮|一遇|只要一?)[^,。;!?]{1,6}?(?:就|都|便)",
    r"三天[两五]头|隔三[差岔]五|断断续续|时好时坏|时不时|动不动|没完没了",
    r"经常|常常|时常|老是|总是|反复|频繁|偶尔",
)
_PATTERNS = tuple(re.compile(way) for way in _WAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often, in the person's own words."""

    phrase: str
    start: int
    end: int

    def as_entity(self) -> Entity:
        """Return the phrase as an entity."""
        return Entity(entity="frequency", value=self.phrase, start=self.start, end=self.end)


def find_frequency(plain: str) -> Frequency | None:
    """Return how often, as said in normalised text; the most telling phrase wins."""
    return next(_found(plain), None)


def _found(plain: str) -> Iterator[Frequency]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            yield Frequency(phrase=match[0], start=match.start(), end=match.end())
