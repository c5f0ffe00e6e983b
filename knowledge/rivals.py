"""Documents that say the same of a subject, or not the same: which goes first, and do they agree.

What is in force goes before what is still to come, then the nearer place before the wider one
(社区, 街道, 区, 市, 省, 国), then the newer date; what names none comes behind, for the day on
which it was added tells nothing of its age. Another place is always last.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from knowledge.bm25 import bigrams
from knowledge.facts import are_contrary
from knowledge.figures import figures, folded, is_free, without_charge, without_figures
from knowledge.item import Passage
from knowledge.reading.terms import UNNAMED

ALIKE = 0.45  # share of word pairs, figures left out, from which two sentences have one subject
SAME_ACT = 0.8  # share from which two sentences are contrary if one says 可以 and one 不得
_TIMES = frozenset({"个月", "日", "工作日", "小时", "分钟"})
_LARGER = {"年": (12, "个月"), "季度": (3, "个月"), "周": (7, "日")}
_SENTENCES = re.compile(r"[。；;！!？?\n]+")
_LEVELS = (
    ("省", "自治区", "特别行政区"),
    ("市", "自治州", "盟"),
    ("区", "县", "旗"),
    ("街道", "镇", "乡"),
    ("社区", "村"),
)
_ENDINGS = {ending: level for level, endings in enumerate(_LEVELS, 1) for ending in endings}
_LONGEST_FIRST = sorted(_ENDINGS, key=len, reverse=True)


def _taken(ending: str) -> str:
    """Return an expression for an ending where it ends a name.

    It is inside one where an ending of a place as wide or wider follows at once (景德镇市,
    红旗区), or one that is the last (沙市区).
    """
    wider = [one for one in _LONGEST_FIRST if _ENDINGS[one] <= _ENDINGS[ending]]
    return f"{ending}(?!{'|'.join(wider)})(?!(?:{'|'.join(_LONGEST_FIRST)})$)"


_PART = re.compile(f"(.+?)({'|'.join(map(_taken, _LONGEST_FIRST))})")


def nearness(area: str, home: str) -> int:
    """Return how near a document's place is to ours: 5 for 社区, 1 for 省, 0 for everywhere.

    A place that is not ours is farther than everywhere. Where nobody has said what is ours, every
    place may be.
    """
    # 本社区 says nothing of where; documents are kept that give it as their place
    parts = [part for part in _PART.findall(area) if not UNNAMED.match("".join(part))]
    if not parts:
        return 0
    if home and not all(f"{name}{ending}" in home for name, ending in parts):
        return -1
    return _ENDINGS[parts[-1][1]]


def precedence(passage: Passage, home: str, day: str) -> tuple[bool, bool, int, str]:
    """Return what is greater for the passage that goes first on a day."""
    near = nearness(passage.area, home)
    return near >= 0, not passage.is_to_come(day), near, passage.dated


def are_rivals(one: str, other: str) -> bool:
    """Return whether two sentences have one subject, whatever their figures."""
    if _are_alike(_subject(one), _subject(other)):
        return True
    # What costs something and what is free say so in other words (免费, 收取工本费).
    is_of_charge = is_free(one) != is_free(other)
    return is_of_charge and _are_alike(*(_subject(without_charge(t)) for t in (one, other)))


def _are_alike(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and 2 * len(one & other) / (len(one) + len(other)) >= ALIKE


def disagree(one: str, other: str) -> bool:
    """Return whether two sentences on one subject say what cannot both hold.

    They give other figures of the same unit, or times in no common unit (5个工作日, 5日), or
    one is free and the other is not, or one permits or demands what the other does not.
    """
    a, b = _figures(one), _figures(other)
    if any(a[unit] != b[unit] for unit in a.keys() & b.keys()):
        return True
    return _state_times_otherwise(a.keys(), b.keys()) or any(
        are_contrary(ours, theirs, alike=SAME_ACT)
        for ours in _SENTENCES.split(one)
        for theirs in _SENTENCES.split(other)
    )


def _state_times_otherwise(units: Iterable[str], others: Iterable[str]) -> bool:
    a, b = ({unit for unit in side if unit in _TIMES} for side in (units, others))
    return bool(a and b) and not a & b


def _subject(text: str) -> set[str]:
    return set(bigrams(without_figures(folded(text))))


def _figures(text: str) -> dict[str, set[str]]:
    """Return the figures by their units; what is free costs 0元 where no sum is named."""
    found: dict[str, set[str]] = defaultdict(set)
    for figure in figures(text):
        times, unit = _LARGER.get(figure.unit, (1, figure.unit))
        value = figure.value
        if times > 1 and value.replace(".", "", 1).isdecimal():
            value = f"{(Decimal(value) * times).normalize():f}"
        found[unit].add(value)
    if "元" not in found and is_free(text):
        found["元"].add("0")
    return found
