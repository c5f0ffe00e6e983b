"""Provinces, cities, districts and towns of China, and what people call them for short.

Source: the statistics bureau's table of divisions (2023) as packaged by ``china-division`` 2.7.0;
what was renamed or merged before, but people go on writing, is in ``former.txt``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("divisions.txt")
FORMER = PATH.with_name("former.txt")
_FULL = re.compile(r"(?:省|市|自治[区州县旗]|特别行政区|地区|盟|区|县|旗|街道|镇|乡|苏木)$")
_PEOPLES = (
    "维吾尔|壮|回|苗|彝|藏|蒙古|布依|侗|瑶|朝鲜|白|土家|哈尼|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|"
    "景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|"
    "裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|满|俄罗斯|哈萨克|京|各"
)
_PEOPLE = re.compile(rf"(?:(?:{_PEOPLES})族)+(?=自治|乡|区)|(?:{_PEOPLES})(?=自治)")
LONGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district or county with the divisions above it and its towns."""

    province: str
    city: str
    name: str
    towns: tuple[str, ...]


@cache
def load_districts() -> tuple[District, ...]:
    """Return every district; ``city`` is empty where a province governs it directly."""
    return tuple(_districts())


def _districts() -> Iterator[District]:
    province = city = ""
    for line in PATH.read_text(encoding="utf-8").splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        name, _, towns = line.strip().partition(":")
        if depth == 0 and name:
            province, city = name, ""
        elif depth == 2:
            yield District(province=province, city=city, name=name, towns=tuple(towns.split()))
        else:
            city = name
    for line in FORMER.read_text(encoding="utf-8").splitlines():
        province, city, names = line.split("\t")
        for name in names.split():
            yield District(province=province, city=city, name=name, towns=())


@cache
def load_names() -> dict[str, frozenset[str]]:
    """Return every name and short name, and the kinds of division it may be."""
    kinds: dict[str, set[str]] = {}
    for name, kind in _named():
        kinds.setdefault(name, set()).add(kind)
        short = short_of(name)
        if short != name and len(short) > 1:
            kinds.setdefault(short, set()).add(f"{kind}?")
    return {name: frozenset(found) for name, found in kinds.items()}


def _named() -> Iterator[tuple[str, str]]:
    for district in load_districts():
        yield district.province, "prov"
        is_city = district.province.endswith("市")
        yield district.province if is_city else district.city, "city"
        yield district.name, "district"
        yield from ((town, "town") for town in district.towns)


def short_of(name: str) -> str:
    """Return what people call it: 浙江 for 浙江省, 延边 for 延边朝鲜族自治州."""
    if len(name) < 3:
        return name
    plain = _FULL.sub("", name)
    short = _FULL.sub("", _PEOPLE.sub("", name))
    return next((one for one in (short, plain) if len(one) > 1), name)


def find_names(plain: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Yield start, end and kinds of every division named, also of those within one another."""
    known = load_names()
    for start in range(len(plain)):
        for end in range(start + 2, min(start + LONGEST, len(plain)) + 1):
            kinds = known.get(plain[start:end])
            if kinds:
                yield start, end, kinds
