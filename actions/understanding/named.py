"""Rivers, bridges, parks, villages and districts that a message calls by name."""

import re
from collections.abc import Iterator
from functools import cache

from actions.understanding.address.divisions import find_names
from actions.understanding.entity import Entity
from actions.understanding.lexicon import alternatives, load_lexicon

_BEFORE = 7  # characters a name may have before its ending
_DISTRICT = re.compile(r"(?:省|市|区|县|旗|镇|乡|街道)$")


@cache
def _water_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{alternatives('water_suffixes')}{alternatives('water_branches')}?"
        rf"(?!{alternatives('not_after_water')}|[东西南北](?![侧岸边段面]))"
    )


@cache
def _spot_pattern() -> re.Pattern[str]:
    return re.compile(rf"{alternatives('spot_suffixes')}(?!{alternatives('not_after_spot')})")


def find_waters(plain: str) -> list[Entity]:
    """Return the rivers, streams, lakes and canals that are named."""
    found = [
        _entity(plain, start, match.end(), "water")
        for match in _water_pattern().finditer(plain)
        if (start := _name_start(plain, match.start(), "water")) is not None
    ]
    names = {one.value for one in found}
    return [
        one
        for one in found
        if not any(name != one.value and name.startswith(one.value) for name in names)
        and (not one.value.endswith("港") or _is_by_water(plain, one))
    ]  # 金港 where there is also 金港河 is none


def find_spots(plain: str) -> list[Entity]:
    """Return the bridges, parks and villages that are named."""
    return [
        _entity(plain, start, match.end(), "spot")
        for match in _spot_pattern().finditer(plain)
        if (start := _name_start(plain, match.start(), "spot")) is not None
    ]


def find_districts(plain: str) -> list[Entity]:
    """Return the cities, districts and towns with their full names, the longest of each place."""
    found: list[Entity] = []
    for start, end, kinds in sorted(find_names(plain), key=lambda one: one[0] - one[1]):
        is_full = any(not kind.endswith("?") for kind in kinds)
        is_free = all(end <= other.start or start >= other.end for other in found)
        is_name = plain[start:end] not in load_lexicon()["ambiguous_divisions"]
        if is_full and is_free and is_name and _DISTRICT.search(plain[start:end]):
            found.append(_entity(plain, start, end, "district"))
    return found


def _is_by_water(plain: str, harbour: Entity) -> bool:
    """Say whether 打铁港 is water: the message speaks of a river, and of no port's business."""
    return "河" in plain.replace(harbour.value, "")


def _name_start(plain: str, ending: int, kind: str) -> int | None:
    """Return where the name before an ending begins, or None if there is no name."""
    start = ending
    while start > max(0, ending - _BEFORE) and re.match(r"[\u4e00-\u9fa5]", plain[start - 1]):
        start -= 1
    before = plain[start:ending]
    start = ending - len(before) + max((cut for cut in _cuts(before)), default=0)
    stem = plain[start:ending]
    lexicon = load_lexicon()
    if not stem or stem in lexicon[f"not_{kind}s"] or len(stem) > 5:
        return None
    if stem.endswith(tuple(lexicon[f"never_before_{kind}"])):
        return None
    return start


def _cuts(before: str) -> Iterator[int]:
    """Yield where a word ends that leads to a name without belonging to it."""
    for match in re.finditer(alternatives("name_boundaries"), before):
        yield match.end()
    for match in _edges().finditer(before):
        if len(before) - match.end() >= 1:
            yield match.end()


@cache
def _edges() -> re.Pattern[str]:
    """Return what ends the place a name lies in: 仓山区|龙津河, 东园二路|跃进河."""
    return re.compile(alternatives("outer_suffixes"))


def _entity(plain: str, start: int, end: int, kind: str) -> Entity:
    return Entity(entity=kind, value=plain[start:end], start=start, end=end)
