"""Documents that say the same of a subject, or not the same: which goes first, and do they agree.

The nearer place goes before the wider one (社区, 街道, 区, 市, 省, 国), then the newer date.
"""

import re
from collections import defaultdict

from knowledge.bm25 import bigrams
from knowledge.figures import figures, folded, without_figures
from knowledge.item import Passage

ALIKE = 0.45  # share of word pairs, figures left out, from which two sentences have one subject
_LEVELS = (
    ("省", "自治区", "特别行政区"),
    ("市", "自治州", "盟"),
    ("区", "县", "旗"),
    ("街道", "镇", "乡"),
    ("社区", "村"),
)
_ENDINGS = {ending: level for level, endings in enumerate(_LEVELS, 1) for ending in endings}
_PART = re.compile("(.+?)(" + "|".join(sorted(_ENDINGS, key=len, reverse=True)) + ")")


def nearness(area: str, home: str) -> int:
    """Return how near a document's place is to ours: 5 for 社区, 1 for 省, 0 for everywhere.

    A place that is not ours is farther than everywhere. Where nobody has said what is ours, every
    place may be.
    """
    parts = _PART.findall(area)
    if not parts:
        return 0
    if home and not all(f"{name}{ending}" in home for name, ending in parts):
        return -1
    return _ENDINGS[parts[-1][1]]


def precedence(passage: Passage, home: str) -> tuple[int, str]:
    """Return what is greater for the passage that goes first."""
    return nearness(passage.area, home), passage.dated or passage.checked


def are_rivals(one: str, other: str) -> bool:
    """Return whether two sentences have one subject, whatever their figures."""
    a, b = _subject(one), _subject(other)
    return bool(a and b) and 2 * len(a & b) / (len(a) + len(b)) >= ALIKE


def disagree(one: str, other: str) -> bool:
    """Return whether two sentences on one subject give other figures of the same unit."""
    a, b = _figures(one), _figures(other)
    return any(a[unit] != b[unit] for unit in a.keys() & b.keys())


def _subject(text: str) -> set[str]:
    return set(bigrams(without_figures(folded(text))))


def _figures(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for figure in figures(text):
        found[figure.unit].add(figure.value)
    return found
