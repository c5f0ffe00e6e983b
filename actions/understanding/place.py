"""Where something is: community, door and landmarks."""

import re
from collections.abc import Iterable
from functools import cache

from actions.tickets.ticket import Place
from actions.understanding.door import find_doors
from actions.understanding.entity import Entity
from actions.understanding.lexicon import alternatives, load_lexicon, pattern_of
from actions.understanding.named import find_districts, find_spots, find_waters
from actions.understanding.standing import standing

_NAME = r"(?:(?![那这排条满都了着到在有没把被很又就让给跳])[\u4e00-\u9fa5])"
_GAP = r"[\s,、的]{0,2}"
_AND = "和|跟|与|及|以及|还有|或者?|(?<=[栋幢楼元])[到至]"
_STOREY = (
    r"(?:(?:负|地下)[一二三四1-4](?:层|楼)|(?<![A-Za-z0-9])[Bb][1-4](?:层|楼)?(?![A-Za-z0-9\-]))"
)


@cache
def _community_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_NAME}{{2,10}}?{alternatives('community_suffixes')}")


@cache
def _road_pattern() -> re.Pattern[str]:
    stretch = r"(?:[东西南北中](?:段|路)|[一二三四五六七八九十\d]+段)?"
    road = rf"{_NAME}{{1,6}}?{alternatives('road_suffixes')}{stretch}"
    number = r"(?:\d{1,4}号(?!楼|线)(?:院|大院)?(?:附\d+号)?)?"
    crossing = rf"(?:(?:与|和|跟|、){road}(?:的)?)?(?:交叉路?口|交汇处?|交界处?|十字路口|路口)?"
    return re.compile(rf"{road}{number}{crossing}{_GAP}(?:{alternatives('place_suffixes')})?")


@cache
def _landmark_pattern() -> re.Pattern[str]:
    place = alternatives("place_suffixes")
    within = rf"(?:的?(?:{_STOREY}|[A-Ha-h]\d{{0,3}}[区层]?|[东西南北]区|\d{{1,4}}号?车位))*"
    gate = r"(?:[东西南北]?区?的?[1-9一二三四五六七八九]号(?:大|岗)?门(?!诊|店|牌|面|洞|栋))"
    named = rf"(?:{gate}|{alternatives('landmarks')})(?!舞|卡|证|费|票|钥匙)"
    beside = rf"{alternatives('landmarks_beside')}的?(?:{place})"
    corner = rf"(?:小区|社区|院子)里?的?[东西南北]{{1,2}}(?:角|边|侧|头|面)(?:{place})?"
    whole = (
        rf"(?:小区|社区)?(?:{_STOREY}的?)?(?:[A-Ha-h]区)?(?:{named}{within}(?:的)?)+(?:{place})?"
    )
    return re.compile(rf"{corner}(?:的?(?:{named})(?:{place})?)?|{whole}|{beside}|{_STOREY}")


@cache
def _side_of_a_house() -> re.Pattern[str]:
    lexicon = load_lexicon()
    vague = set(lexicon["vague_pointers"]) - set(lexicon["clear_sides"])
    sides = [side for side in lexicon["place_suffixes"] if len(side) > 1]
    sides = [side for side in sides if side not in vague]
    return re.compile("的?(?:" + "|".join(sorted(sides, key=len, reverse=True)) + ")")


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(rf"^.*?(?:{pattern_of('lead_ins').pattern})(?=[\u4e00-\u9fa5]{{2}})")


def find_places(plain: str, communities: Iterable[str] = ()) -> tuple[Place, list[Entity]]:
    """Return the place that a normalised message speaks of, and its parts with their positions.

    Args:
        plain: what ``normalise`` returned.
        communities: names that are known here, recognised wherever they stand.
    """
    parts = find_doors(plain)
    meant = {part.start for part in standing(plain, parts)}
    doors = [
        Entity(entity=part.label, value=part.value, start=part.start, end=part.end)
        for part in parts
    ]
    named = _without_denied(plain, _apart([*doors, *_named(plain, communities)])[len(doors) :])
    found = [*(door for door in doors if door.start in meant), *named]
    found.sort(key=lambda entity: entity.start)
    first = _first(found)
    place = Place(
        address=_address(plain, found),
        community=first.get("community", ""),
        street=first.get("street", ""),
        building=first.get("building", ""),
        unit=first.get("unit", ""),
        room=first.get("room", ""),
    )
    return place, found


def _without_denied(plain: str, entities: list[Entity]) -> list[Entity]:
    """Drop the names that a correction takes back: 不是南山花园,是春晓花园."""
    kept = [entity for entity in entities if not _is_denied(plain, entity)]
    labels = {entity.entity for entity in kept}
    return [entity for entity in entities if entity in kept or entity.entity not in labels]


def _is_denied(plain: str, entity: Entity) -> bool:
    before, after = plain[: entity.start], plain[entity.end :]
    denied = re.search(r"(?:不是|并非|不在|不住)(?:在|我们|我家)?$", before)
    replaced = re.search(r"(?:把|将)$", before) or re.match(
        r"(?:写|打|说|填)?(?:错了?)?(?:改|换)", after
    )
    return bool(denied or replaced or re.match(r"(?:写|打|说|填)?错", after))


def _named(plain: str, communities: Iterable[str]) -> list[Entity]:
    streets = _streets(plain)
    rest = _blanked(plain, streets)  # 和平街道 is not a road called 和平街
    districts = find_districts(rest)
    rest = _blanked(rest, districts)
    surest = [*streets, *_communities(rest, communities), *_roads(rest)]
    named = [*find_spots(rest), *find_waters(rest)]
    return [*surest, *named, *_landmarks(rest), *_bare_waters(rest, named), *districts]


def _blanked(plain: str, entities: list[Entity]) -> str:
    for one in entities:
        plain = plain[: one.start] + " " * len(one.value) + plain[one.end :]
    return plain


def _bare_waters(plain: str, named: list[Entity]) -> list[Entity]:
    """Return 内河 or 河道 where no river is named."""
    if named:
        return []
    found = pattern_of("bare_waters").search(plain)
    return [_entity("water", found[0], found.start())] if found else []


def _first(entities: list[Entity]) -> dict[str, str]:
    values: dict[str, str] = {}
    for entity in entities:
        values.setdefault(entity.entity, entity.value)
    return values


def _address(plain: str, entities: list[Entity]) -> str:
    """Return the words of the place, and of the water it lies at if that stands elsewhere."""
    runs = _runs(plain, entities)
    told = [run for run in runs if {one.entity for one in run} - {"district"}]
    if not told:
        return ""
    sure = [run for run in told if {one.entity for one in run} - {"district", "water", "spot"}]
    chosen = [(sure or told)[0]]
    waters = [one.value for one in entities if one.entity == "water"]
    if waters:
        most = max(waters, key=plain.count)
        chosen += [run for run in told if any(one.value == most for one in run)][:1]
    words = {run[0].start: _words(plain, run) for run in chosen}
    place, *others = (words[start] for start in sorted(words))
    return " ".join([place, *(other for other in others if other not in place)])


def _runs(plain: str, entities: list[Entity]) -> list[list[Entity]]:
    """Return the parts in runs that stand next to each other: 花园|旁边的|金港河."""
    gap = re.compile(
        rf"[\s,、的\-/室号#楼杠横之]{{0,3}}|[\s,、]?(?:{_AND})[\s]?|(?:{alternatives('place_suffixes')})的?"
        r"|(?:[东西南北中]区|[A-Ha-h\d一二三四五六七八]{1,2}[区期])+"
    )
    runs: list[list[Entity]] = []
    for entity in entities:
        if runs and gap.fullmatch(plain, runs[-1][-1].end, entity.start):
            runs[-1].append(entity)
        else:
            runs.append([entity])
    return runs


def _words(plain: str, run: list[Entity]) -> str:
    end = run[-1].end
    tail = re.match(r"室|号房", plain[end:]) or _side_of_a_house().match(plain[end:])
    return plain[run[0].start : end + (tail.end() if tail else 0)].strip(" ,、的-")


def _communities(plain: str, known: Iterable[str]) -> list[Entity]:
    found = []
    for name in sorted(known, key=len, reverse=True):
        part = r"(?:[一二三四五1-5]期|[东西南北中]区)?"
        for match in re.finditer(rf"{re.escape(name)}(?:小区|社区)?{part}", plain):
            found.append(_entity("community", match[0], match.start()))
    for match in _community_pattern().finditer(plain):
        name = _trimmed(match[0])
        if re.search(r"\d$", plain[: match.end() - len(name)]):  # 18号|春晓花园
            name = re.sub(r"^[号弄室栋幢组]", "", name)
        if len(name) > 3 or (len(name) == 3 and not name.endswith(("小区", "社区", "广场"))):
            found.append(_entity("community", name, match.end() - len(name)))
    return _apart(found)


def _roads(plain: str) -> list[Entity]:
    not_roads = tuple(load_lexicon()["not_roads"])
    suffix = re.compile(rf"^.*?{alternatives('road_suffixes')}")
    found = []
    for match in _road_pattern().finditer(plain):
        whole = suffix.match(match[0])
        road = _trimmed(whole[0]) if whole else ""
        if whole is None or len(road) < 3 or road.endswith(not_roads):
            continue
        if pattern_of("lead_ins").fullmatch(road[:-1]) or _is_river(plain, match, whole):
            continue  # 投诉路灯不亮; 达道河
        start = whole.end() - len(road)
        name = match[0][start:].rstrip(" ,、的")
        found.append(_entity("address", name, match.start() + start))
    return _apart(found)


def _is_river(plain: str, match: re.Match[str], road: re.Match[str]) -> bool:
    return plain[match.start() + road.end() :].startswith("河")


def _streets(plain: str) -> list[Entity]:
    found = []
    for match in re.finditer(r"[\u4e00-\u9fa5]{2,8}?街道(?!上|边|旁|两|路|办)", plain):
        name = re.sub(r"^.*[市区县旗](?=.{4})", "", _trimmed(match[0]))
        if len(name) > 3:
            found.append(_entity("street", name, match.end() - len(name)))
    return found


def _landmarks(plain: str) -> list[Entity]:
    return [
        _entity("address", match[0], match.start())
        for match in _landmark_pattern().finditer(plain)
    ]


def _trimmed(name: str) -> str:
    """Return the name without the words that led to it (我家住在…)."""
    while (lead := _lead_in().match(name)) is not None:
        name = name[lead.end() :]
    return name


def _entity(label: str, value: str, start: int) -> Entity:
    return Entity(entity=label, value=value, start=start, end=start + len(value))


def _apart(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if all(entity.end <= other.start or entity.start >= other.end for other in kept):
            kept.append(entity)
    return kept
