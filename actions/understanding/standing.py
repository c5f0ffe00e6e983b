"""Which of the doors in a message still stand, when it takes some back or only lives at others."""

import re
from collections.abc import Sequence

from actions.understanding.door import Part
from actions.understanding.numerals import CHINESE

Door = list[Part]  # parts that touch: 5栋 2单元 501

_RANK = {"building": 0, "unit": 1, "room": 2}
# 除了3、|4栋
_ROW_BEFORE = re.compile(rf"(?:(?:\d{{1,2}}|[{CHINESE}]{{1,3}})\s?[、,和跟与~\-到至]\s?)+$")
_TOUCH = re.compile(r"[\s,、的\-/.#号楼室杠横之]{0,3}")
_AND = re.compile(r"\s?(?:[、和跟与及或]|还有|以及|或者)\s?")

# 不是3栋 denies, but 是不是3栋 asks
_DENIED = re.compile(r"(?:(?<!是)不是|并非|不在|不住)(?:在|我们|我家|说)?$")
_EXCEPTED = re.compile(r"(?<![排清消扣删拆解扫开免])除(?:了|去|开)?(?:我们|咱们?)?$")
_BUT_FOR = re.compile(r"(?:以外|之外|除外)")
_AS_WELL = re.compile(
    r"[^,，。;；!！?？]{0,8}(?:以外|之外|外)?[\s,，]*[^,，。;；!！?？]{0,8}[也还]"
)
_REPLACED = re.compile(r"(?:把|将)$")
_SOUND = r"(?:哦|噢|喔|啊|呀|呃|额|嗯|唉|哎呀?|诶|欸|等等|等下)"
_TAKEN_BACK = re.compile(
    rf"[\s,，。.?？]*{_SOUND}?[\s,，]*(?:不对(?![外内劲称齐头口])|不是(?=[\s,，。吧]))"
    r"|[\s,，。]*(?:我)?(?:刚才?|刚刚|前面|上面)?(?:写|打|说|填|讲|记|搞|弄|发|看|报)?错(?![峰过时位开落])"
    r"|(?:写|打|说|填)?(?:改|换)"
)
_NO = re.compile(  # 五栋哦不六栋: between the two and nothing else
    rf"(?:[\s,，。.]*{_SOUND}[\s,，]*不|[\s,，。.]+不)[\s,，]*(?:是)?[\s,，]*"
)
_IS_WELL = re.compile(  # 5栋没停水,就6栋停水; 5栋正常
    r"[^,，。;；!！?？]{0,6}?(?:"
    r"没(?:有)?(?:问题|事(?![儿情]?[人做])|毛病|影响|停(?![车过止])|漏|着(?![落急])|起火|冒烟|断(?!过)|坏|堵(?!车))"
    r"|(?<![不没])(?:正常|好好的|好着)(?=[的着呢了啊,，。;；!！\s]|$)"
    r"|(?<![不没])(?<!没有)(?<!没能)(?:修|弄|搞|处理|解决)(?:好|完)了?(?=[,，。;；!！\s])(?![,，\s]*[^,，。]{0,4}又))"
)
_SHOULD_BE = re.compile(r"应该(?:去|来|到|在|写|填|送|派)(?:的是)?$")

_LIVES = re.compile(
    r"(?:(?:我|俺|咱|本人)(?:们)?(?:家|自己|本人)?(?:现在|目前|就|是)*(?:住在?|在|是)|(?:我|俺|咱)们?家|家?住在?|家在)$"
)
_SAID_OF_HOME = re.compile(
    r"(?:的|这边|这里|这儿|里|家里)?(?:业主|住户|居民|租户|租客|的人)?\s*(?:[,，。;；!！]|\s)"
)
_SEEN_FROM = re.compile(r"(?:在|从|我|到|站)(?:我们?家?)?$")
_SEES = re.compile(
    r"(?:[楼上下里外这那边儿头阳台窗户口的]{0,4})(?:就|能|都)?(?:看|望|瞧|瞅|听|闻|发现|路过)"
)
_NEXT_CLAUSE = re.compile(
    r"[^,，。;；!！?？]{0,6}[\s,，。;；!！]*(?:(?:我)?[想要来](?:反映|投诉|举报|说|问|报)[^,，。;；!！?？]{0,6}[,，。;；\s]+)?"
    r"[^,，。;；!！?？]{0,14}"
)
_TELLS = re.compile(
    r"(?:的|旁边|隔壁|后面|前面|对面|这边|那边|附近)*(?P<rest>[^,，。;；!！?？\s]*)"
)
_ALSO = re.compile(r"[^,，。;；!！?？]{0,6}(?:也|同样|一样)")
LEAST_TOLD = 2  # characters behind a door that tell something of it


def standing(plain: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts of doors that a message means, in the order of the text.

    Taken back are 不是3栋2单元,是5栋1单元 and 5栋,哦不对,6栋; what is left open (不是3栋501,是502)
    is kept, and so is everything where nothing else is named. 除了5栋 is never meant, and where
    somebody lives or looks from gives way to the building they tell of.
    """
    doors = _doors(plain, parts)
    meant = [door for door in doors if not _is_excepted(plain, doors, door)]
    denied = [door for door in meant if _is_denied(plain, doors, door)]
    kept = [door for door in meant if door not in denied]
    kept = [door for door in kept if not _gives_way(plain, kept, door)]
    ranks = [_RANK[part.label] for door in kept for part in door]
    most_general = min(ranks, default=len(_RANK))
    open_parts = [p for door in denied for p in door if _RANK[p.label] < most_general]
    stay = [part for door in kept for part in door] + open_parts
    return sorted(stay, key=lambda part: part.start)


def _doors(plain: str, parts: Sequence[Part]) -> list[Door]:
    """Return the parts door by door: each goes from the building inwards."""
    doors: list[Door] = []
    for part in parts:
        last = doors[-1][-1] if doors else None
        is_inner = last is not None and _RANK[part.label] > _RANK[last.label]
        if last is not None and is_inner and _TOUCH.fullmatch(plain, last.end, part.start):
            doors[-1].append(part)
        else:
            doors.append([part])
    return doors


def _lead(plain: str, doors: list[Door], door: Door) -> str:
    """Return the words before a door, or before the first of those that 和 joins it to."""
    at = doors.index(door)
    while at and _AND.fullmatch(plain, doors[at - 1][-1].end, doors[at][0].start):
        at -= 1
    return _ROW_BEFORE.sub("", plain[: doors[at][0].start])


def _is_excepted(plain: str, doors: list[Door], door: Door) -> bool:
    rest = plain[door[-1].end :]
    if _EXCEPTED.search(_lead(plain, doors, door)):
        return _AS_WELL.match(rest) is None  # 除了5栋,6栋也停水
    return _BUT_FOR.match(rest) is not None


def _is_denied(plain: str, doors: list[Door], door: Door) -> bool:
    lead, rest = _lead(plain, doors, door), plain[door[-1].end :]
    at = doors.index(door)
    later = doors[at + 1 :]
    if _DENIED.search(lead) or _REPLACED.search(plain[: door[0].start]):
        return True
    if _TAKEN_BACK.match(rest) or _IS_WELL.match(rest):
        return True
    is_no = bool(later) and _NO.fullmatch(plain, door[-1].end, later[0][0].start) is not None
    return is_no or any(_SHOULD_BE.search(plain[: other[0].start]) for other in later)


def _gives_way(plain: str, kept: list[Door], door: Door) -> bool:
    """Return whether a door is where somebody lives or stands, and the next one what they tell."""
    other = next((one for one in kept if one[0].start > door[0].start), None)
    if other is None or other[0].label != "building":
        return False
    start, end = door[0].start, door[-1].end
    lives = _LIVES.search(plain[:start]) and _SAID_OF_HOME.match(plain, end)
    looks = _SEEN_FROM.search(plain[:start]) and _SEES.match(plain, end)
    is_next = _NEXT_CLAUSE.fullmatch(plain, end, other[0].start)
    after = plain[other[-1].end :]
    told = _TELLS.match(after)
    tells = told is not None and len(told["rest"]) >= LEAST_TOLD and not _ALSO.match(after)
    return bool((lives or looks) and is_next and tells)
