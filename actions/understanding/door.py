"""Building, unit and room (楼栋、单元、门牌) in all the ways people write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from actions.understanding.numerals import CHINESE, digits_of, number_of

_N = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,5}})"
_SOUNDS_LIKE_BUILDING = rf"[洞冻动](?=[{CHINESE}\d]{{1,2}}单元)"  # 5洞3单元
_HOUSE = r"(?:楼(?![道梯下上顶底门前后里内外]))?"  # 8栋楼, and not 8栋|楼道
_BUILDING_WORD = rf"(?:号楼|栋{_HOUSE}|幢{_HOUSE}|号栋|号幢|#楼?|楼栋|{_SOUNDS_LIKE_BUILDING})"
_UNIT_WORD = r"(?:单元|门洞|门栋)"
_DIGIT = "[一二三四五六七八九两壹贰叁肆伍陆柒捌玖]"
_HUNDREDS = (  # atomic: 三百六十五天 is not room 360
    rf"(?>(?:{_DIGIT}千零?)?{_DIGIT}百(?:零{_DIGIT}|{_DIGIT}?十{_DIGIT}?|{_DIGIT})|{_DIGIT}千(?:零{_DIGIT}十?)?{_DIGIT})"
)
_ROOM = rf"(?:\d{{3,4}}|[零〇一二三四五六七八九幺两]{{3,4}}|{_HUNDREDS})"
_RISING = "123456789"
_LINK = r"[\s,、\-的/.]{0,2}"
_DASH = r"\s?(?:横杠|斜杠|短横|杠|横|之|[\-/、])\s?"  # spoken and written
_BUILDING = re.compile(
    rf"(?P<letter>[A-Za-z甲乙丙丁])?(?P<building>(?<![0-9{CHINESE}第]){_N})\s?{_BUILDING_WORD}"
    rf"|(?<![A-Za-z])(?P<lettered>[A-Za-z])\s?(?:座|栋|幢|号楼|单元楼)"
    rf"|(?<![0-9{CHINESE}第])(?P<tower>{_N})座(?=[\s,、\-]?(?:{_N}\s?单元|{_ROOM}))"
    rf"|(?<![0-9{CHINESE}第])(?P<bare>{_N})(?:号|楼)(?=[\s,、\-]?{_N}\s?单元)"
    rf"|(?:楼号|栋号)(?:是|为|:|\s)?(?P<labelled>{_N})"
)
_UNIT = re.compile(
    rf"(?<![0-9{CHINESE}第])(?P<unit>\d{{1,2}}|[{CHINESE}]{{1,3}}|[A-Za-z])\s?{_UNIT_WORD}"
)
_UNIT_AFTER = re.compile(
    rf"^{_LINK}(?P<unit>\d{{1,2}}|[{CHINESE}]{{1,3}})\s?(?:门(?![口卫禁前])|梯(?!间))"
)
_IN_AID = (  # 120快来, 119怎么还没到, 110都不管: who is called, and no room
    r"(?:11[09]|12[02])\s?(?:(?:快|赶紧|马上|立刻|请|怎么|咋|还|都|也|一直|根本|就|没有?|不|人)+(?:来|到|管|接|理|救)(?![修看弄水电])"
    r"|救[人命护]|急救|出警|报警|过?来(?:一下|人|啊|吧|$|[,，。!！]))"
)
_MEASURE = (
    r"(?:天(?![天花])|[元块年米个人户多万千栋幢]|\s?(?:[㎡吨斤兆伏]|平(?![台时安房常层])|瓦(?![片砖斯房]))|度(?!假)|次(?!卧)"
    r"|升(?![降级])|公[斤里分]|毫[米升]|厘米|[Ww](?![A-Za-z])|[Kk][Gg]|路(?:公交|车))"
)
_ROOM_AFTER = re.compile(
    rf"^(?:{_LINK}|{_DASH})(?!{_IN_AID})(?P<room>{_ROOM})(?!\d|{_MEASURE})(?P<mark>\s?(?:室|号房?|房间?))?"
)
_ROOM_ALONE = re.compile(
    rf"(?<![0-9{CHINESE}.\-])(?P<room>{_ROOM})\s?(?:室|房(?![东租子屋产])|号房)|(?:门牌|房号|室号|住)(?:号)?(?:是|为|:)?\s?"
    rf"(?P<labelled>{_ROOM})(?![0-9元块年天栋幢号]|路|个|多|人|米)"
)
_FLOOR_SIDE = re.compile(
    rf"(?P<floor>(?<![0-9{CHINESE}]){_N})(?:楼|层){_LINK}(?P<side>[东西南北左右中](?:边)?(?:户|室|门)|(?:东|西)边那?家)"
)
_FLOOR_ROOM = re.compile(
    rf"(?:(?<![0-9{CHINESE}]){_N}(?:楼|层)|楼上|楼下|隔壁|对门)(?P<room>\d{{3,4}})(?![0-9块元年个])"
)
_COMPACT = re.compile(
    rf"(?<![0-9\-./A-Za-z{CHINESE}])(?P<building>{_N})(?:{_DASH}|\s?#\s?)"
    rf"(?P<unit>\d{{1,2}}|[{CHINESE}]{{1,3}}){_DASH}"
    rf"(?P<room>\d{{3,4}}|[零〇一二三四五六七八九幺]{{3,4}})(?![0-9\-.])"
)
_PAIR = re.compile(
    rf"(?<![0-9\-./A-Za-z栋幢楼#号{CHINESE}])(?:(?P<building>\d{{1,2}})-"
    rf"|(?P<spoken>{_N})\s?(?:横杠|杠|之)\s?)"
    rf"(?P<room>\d{{3,4}}|[零〇一二三四五六七八九幺]{{3,4}})(?![0-9\-.{CHINESE}])"
)
_SHORT_PAIR = re.compile(  # 8-1: building and unit, where nothing is measured or counted
    rf"(?<![0-9\-./A-Za-z:栋幢楼元#号第分赢输成平周月期拜末午晚早晨夜每约{CHINESE}])(?<![晚早]上)"
    r"(?P<building>\d{1,2})-(?P<unit>[1-9])(?!\s?,?(?:有人在|我?都?在家|我在(?:$|[,，。])))"
    r"(?=$|[\s,。!?;、]|[的这那漏停没有水]|楼[道下上梯顶门]|电梯|单元门|门|灯|下水|过道|走廊|垃圾|对讲|声控)"
)
_FALLING_PAIR = re.compile(  # 12-3单元; 1-3单元 counts units
    rf"(?<![0-9\-./A-Za-z{CHINESE}])(?P<building>\d{{1,2}})-(?=(?P<unit>[1-9])\s?单元(?!门))"
)
_PAIR_AFTER = re.compile(
    rf"^{_LINK}(?P<unit>\d{{1,2}}|[{CHINESE}]{{1,2}}){_DASH}(?P<room>\d{{3,4}}|[零〇一二三四五六七八九幺]{{3,4}})(?!\d)"
)
_BARE_ROOM = re.compile(
    r"^(?:我家?|我们家?|嗯|就|是|在|住)*(?P<room>\d{3,4}|[零〇一二三四五六七八九幺]{3,4})"
    r"(?:的|吧|啊|呀|哦|噢|室|号|房)*[.。!]?$"
)


_SOUNDS_WHOLE = re.compile(
    rf"(?:我们?家?|就|是|在|住)*(?P<building>{_N})[东冬董懂洞冻](?:的|吧|啊|呀|哦|呢)*[.。!]?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a door's address, in the normal form."""

    label: str  # building, unit or room
    value: str
    start: int
    end: int


def find_doors(plain: str) -> list[Part]:
    """Return buildings, units and rooms in the order of the text; a span is used once.

    ``3号楼``, ``三幢``, ``3#`` and ``3-2-501`` give ``3栋``; ``二单元`` gives ``2单元``.
    """
    parts: list[Part] = []
    for reader in (_compact, _buildings, _units, _rooms, _by_sound):
        for part in reader(plain, parts):
            if all(part.end <= other.start or part.start >= other.end for other in parts):
                parts.append(part)
    return sorted(parts, key=lambda part: part.start)


def _compact(plain: str, _: list[Part]) -> Iterator[Part]:
    for match in _COMPACT.finditer(plain):
        yield from _numbered(match, "building", "unit")
        yield _room(match, digits_of(match["room"]))
    for match in _PAIR.finditer(plain):
        yield from _numbered(match, "building", "spoken")
        yield _room(match, digits_of(match["room"]))
    for match in _SHORT_PAIR.finditer(plain):
        yield from _numbered(match, "building", "unit")
    for match in _FALLING_PAIR.finditer(plain):
        if int(match["building"]) > int(match["unit"]):
            yield from _numbered(match, "building")


def _by_sound(plain: str, parts: list[Part]) -> Iterator[Part]:
    """Return the building of an answer that is nothing but one, written as it sounds (十五东)."""
    found = None if parts else _SOUNDS_WHOLE.fullmatch(plain.strip())
    if found:
        start = plain.index(found[0]) + found.start("building")
        number = number_of(found["building"])
        if number:
            end = start + len(found["building"]) + 1
            yield Part(label="building", value=f"{number}栋", start=start, end=end)


def _numbered(match: re.Match[str], *labels: str) -> Iterator[Part]:
    suffix = {"building": "栋", "spoken": "栋", "unit": "单元"}
    for group in labels:
        number = number_of(match[group]) if match[group] else None
        if number:
            label = "unit" if group == "unit" else "building"
            start, end = match.span(group)
            yield Part(label=label, value=f"{number}{suffix[group]}", start=start, end=end)


def _row(match: re.Match[str], group: str) -> str:
    """Return the figures of a row spoken together (一二栋: 1栋 and 2栋); empty if none."""
    figures = digits_of(match[group])
    is_row = len(figures) > 1 and figures in _RISING and not match[group].isdigit()
    return figures if is_row and not set(match[group]) & set("幺两") else ""


def _apart(match: re.Match[str], row: str, label: str) -> Iterator[Part]:
    """Return each door of a row, the last with the word that all of them share."""
    start, suffix = match.start(label), {"building": "栋", "unit": "单元"}[label]
    for at, figure in enumerate(row, start):
        end = at + 1 if at < start + len(row) - 1 else match.end()
        yield Part(label=label, value=f"{figure}{suffix}", start=at, end=end)


def _room(match: re.Match[str], value: str, offset: int = 0, group: str = "room") -> Part:
    start, end = match.start(group) + offset, match.end(group) + offset
    return Part(label="room", value=value, start=start, end=end)


def _buildings(plain: str, _: list[Part]) -> Iterator[Part]:
    for match in _BUILDING.finditer(plain):
        name = next(
            key for key in ("building", "lettered", "tower", "bare", "labelled") if match[key]
        )
        if name == "lettered":
            value = match[name].upper()
        else:
            if row := _row(match, name):
                counts = match[0].endswith("栋楼")  # 三四栋楼 are three or four
                yield from () if counts else _apart(match, row, "building")
                continue
            number = number_of(match[name])
            if not number:
                continue
            value = f"{(match['letter'] or '').upper()}{number}"
        end = match.end()
        yield Part(label="building", value=f"{value}栋", start=match.start(), end=end)


def _units(plain: str, parts: list[Part]) -> Iterator[Part]:
    for match in _UNIT.finditer(plain):
        if row := _row(match, "unit"):
            yield from _apart(match, row, "unit")
            continue
        number = number_of(match["unit"])
        value = str(number) if number else match["unit"].upper()
        yield Part(label="unit", value=f"{value}单元", start=match.start(), end=match.end())
    for building in [part for part in parts if part.label == "building"]:
        rest = plain[building.end :]
        after = _UNIT_AFTER.match(rest) or _PAIR_AFTER.match(rest)
        number = number_of(after["unit"]) if after else None
        if after and number:
            start, end = after.start("unit") + building.end, after.end() + building.end
            end = end if "room" not in after.groupdict() else after.end("unit") + building.end
            yield Part(label="unit", value=f"{number}单元", start=start, end=end)


def _rooms(plain: str, parts: list[Part]) -> Iterator[Part]:
    for part in [part for part in parts if part.label in {"building", "unit"}]:
        after = _ROOM_AFTER.match(plain[part.end :])
        if after:
            yield _room(after, _room_number(after["room"]), part.end)
    for match in _ROOM_ALONE.finditer(plain):
        group = "room" if match["room"] else "labelled"
        yield _room(match, _room_number(match[group]), group=group)
    for match in _FLOOR_SIDE.finditer(plain):
        floor = number_of(match["floor"])
        start, end = match.span()
        yield Part(label="room", value=f"{floor}楼{match['side']}", start=start, end=end)
    for match in _FLOOR_ROOM.finditer(plain):
        yield _room(match, match["room"])
    bare = _BARE_ROOM.match(plain.strip()) if not parts else None
    if bare and not re.search("[年元块度点分]", plain):
        offset = len(plain) - len(plain.lstrip())
        yield _room(bare, digits_of(bare["room"]), offset)


def _room_number(text: str) -> str:
    figures = digits_of(text)
    return figures if figures.isdigit() else str(number_of(text))
