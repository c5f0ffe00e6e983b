"""Doors named side by side (5栋和6栋, 5、6栋): the same matter at each of them."""

import re

from actions.understanding.door import Part, find_doors
from actions.understanding.numerals import CHINESE, number_of
from actions.understanding.standing import standing

MOST = 4  # more than these stay one matter at a place in words
Door = tuple[str, str]  # building and unit

_AND = re.compile(r"[\s,]*(?:和|跟|与|、|及|以及|还有|连同|同|,)[\s,]*(?:隔壁|旁边|对面)?的?\s*")
_OF = re.compile(r"[\s的,]{0,2}")
_ONE_PLACE = re.compile(r"\s*(?:的)?(?:之间|中间|当中|交界|相邻|共用|合用|连着|夹)")
_N = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
_HOUSE, _STAIRS = "栋", "单元"
_ROW = re.compile(
    rf"(?<![\d{CHINESE}\-.:第])(?P<row>{_N}(?:\s?[、,和跟与]\s?{_N}){{1,3}}|{_N}\s?(?P<to>[\-~到至])\s?{_N})"
    rf"\s?(?P<word>号楼|栋|幢|单元)(?!的?(?:之间|中间))"
)
_SEPARATOR = re.compile(r"[、,和跟与\-~到至]")
_FIRST_OF_A_LIST = re.compile(r"\s*(?:[1-4]|[一二三四])、")
_NUMBERED = re.compile(r"(?:^|[\s,。;])(?:1[、.)]|一、).+[\s,。;](?:2[、.)]|二、)")


def listed_doors(plain: str) -> tuple[Door, ...]:
    """Return the doors that a normalised message names side by side; fewer than two are none."""
    doors = _row(plain) or _side_by_side(plain)
    apart = tuple(dict.fromkeys(doors))
    return apart if 2 <= len(apart) <= MOST else ()


def _row(plain: str) -> list[Door]:
    """Return the doors of 5、6栋 and 3-5栋, where the numbers do not count what is told."""
    found = None if _NUMBERED.search(plain) else _ROW.search(plain)
    if found is None or _FIRST_OF_A_LIST.match(plain):
        return []
    told = standing(plain, find_doors(plain))
    if not any(found.start() < part.end <= found.end() for part in told):
        return []  # 不是5、6栋
    numbers = _numbers(found)
    if found["word"] != _STAIRS:
        return [(f"{number}{_HOUSE}", "") for number in numbers]
    buildings = [part for part in told if part.label == "building" and part.end <= found.start()]
    if not buildings or not _OF.fullmatch(plain, buildings[-1].end, found.start()):
        return []
    return [(buildings[-1].value, f"{number}{_STAIRS}") for number in numbers]


def _numbers(row: re.Match[str]) -> list[int]:
    """Return every number of a row; a range of more than a list may have is words."""
    told = [number_of(one.strip()) for one in _SEPARATOR.split(row["row"])]
    known = [number for number in told if number]
    if not row["to"] or len(known) < len(told):
        return known
    first, last = known
    return [*range(first, last + 1)] if last - first < MOST else []


def _side_by_side(plain: str) -> list[Door]:
    told = standing(plain, find_doors(plain))
    parts = [part for part in told if part.label != "room"]
    doors: list[Door] = []
    last: Part | None = None
    for part in parts:
        gap = plain[last.end : part.start] if last else ""
        if last and part.label == "unit" and last.label == "building" and _OF.fullmatch(gap):
            doors[-1] = (doors[-1][0], part.value)
        elif last is None or _AND.fullmatch(gap) or (not gap and part.label == last.label):
            building = part.value if part.label == "building" else doors[-1][0] if doors else ""
            doors.append((building, part.value if part.label == "unit" else ""))
        else:
            break
        last = part
    is_one = last is not None and _ONE_PLACE.match(plain[last.end :])
    return [] if is_one else doors
