"""How alike two syllables sound, tones aside, to ears and to recognisers."""

from functools import cache
from typing import Any

import numpy as np
from pypinyin import Style, lazy_pinyin

from voice.sound import Samples

Syllable = tuple[str, str]  # initial and final, without tone

# Pairs that many speakers do not tell apart, and recognisers even less; cost 0 … 1.
_INITIALS = {
    0.15: "zh-z ch-c sh-s n-l",
    0.3: "f-h r-l b-p d-t g-k j-q zh-ch z-c zh-j ch-q sh-x -h n-m -w -y r-y x-s j-z q-c",
    0.5: "g-h k-h sh-ch sh-zh s-z s-c x-j x-q l-d n-d m-b b-d t-p j-d q-t g-d k-t r-zh r-sh",
}
_FINALS = {
    0.15: "an-ang en-eng in-ing ian-iang uan-uang un-ong uen-ong",
    0.3: "ong-eng uo-o uo-e o-e ie-ian ian-an ian-ie ian-van ian-in iang-ang iao-ao iou-ou "
         "ua-a uai-ai uan-an uei-ei uen-en uang-ang van-ian van-uan ve-ie vn-in v-i "
         "iong-ong ai-ei ao-ou an-en ang-eng ei-uei ou-uo ai-an u-ou ao-a an-a e-en",
    0.5: "i-in i-ing i-ie i-ei u-uo u-ong u-o a-ai a-ang ou-ong uan-van an-ai e-eng ie-ei a-e "
         "uan-uen ang-ong ao-uo er-e er-a er-an iou-iao ing-eng i-iou ia-a in-en",
}  # fmt: skip
INITIAL_WEIGHT, FINAL_WEIGHT = 0.45, 0.55


def syllables(text: str) -> list[Syllable]:
    """Return the syllables of Chinese characters; other characters have none that match any."""
    initials = lazy_pinyin(text, style=Style.INITIALS, strict=True, errors=_each)
    finals = lazy_pinyin(text, style=Style.FINALS, strict=True, errors=_each)
    return list(zip(initials, finals, strict=True))


def _each(others: str) -> Any:
    """Return one entry for each character that is no Chinese one."""
    return list(others)


@cache
def cost(one: Syllable, other: Syllable) -> float:
    """Return 0 for the same sound … 1 for a quite different one."""
    initial = _costs("initials").get(frozenset((one[0], other[0])), 1.0)
    final = _costs("finals").get(frozenset((one[1], other[1])), 1.0)
    return INITIAL_WEIGHT * initial + FINAL_WEIGHT * final


class Costs:
    """The costs between all syllables of a vocabulary and those that are heard, as a table."""

    def __init__(self, known: list[Syllable]) -> None:
        self.known = known
        self._rows: dict[Syllable, Samples] = {}

    def row(self, heard: Syllable) -> Samples:
        """Return the costs from ``heard`` to each known syllable: float32, shape (n,)."""
        if heard not in self._rows:
            self._rows[heard] = np.array([cost(heard, known) for known in self.known], np.float32)
        return self._rows[heard]


@cache
def _costs(kind: str) -> dict[frozenset[str], float]:
    table: dict[frozenset[str], float] = {}
    for amount, pairs in (_INITIALS if kind == "initials" else _FINALS).items():
        for pair in pairs.split():
            table.setdefault(frozenset(pair.split("-")), amount)
    return _Identity(table)


class _Identity(dict[frozenset[str], float]):
    """The table, in which each sound is like itself."""

    def get(self, key: frozenset[str], default: float = 1.0) -> float:  # type: ignore[override]
        return 0.0 if len(key) == 1 else super().get(key, default)
