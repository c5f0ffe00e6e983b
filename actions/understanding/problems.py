"""Several matters in one message: its problems apart from each other and from its questions.

Careful rather than clever: a rant about one problem stays one, because two drafts about the same
thing annoy more than one draft that tells both.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from actions.understanding.door import find_doors
from actions.understanding.lexicon import load_lexicon, pattern_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import without_courtesies
from actions.understanding.understanding import Understanding

Read = Callable[[str, datetime], Understanding]

ANNOUNCED, BESIDE = 0.4, 0.72  # how sure a category must be after 还有, and after a mere comma
_BLANKS = " ,，、:："
MOST = 4  # drafts of one message; who has more is better served by a person
_STOP = re.compile(r"[,，。;；!！?？\n~…]+|(?<=[\u4e00-\u9fa5]) +(?=[\u4e00-\u9fa5])")
_SAY = r"(?:再|也)?(?:说|提|反映|报|问)?(?:一?下|一?[句个声])?"
_THING = r"(?:就是|还有|再|一?[个件]事儿?|个问题|一点)?"
_NUMBERED = r"[2-4二三四][.、)](?!\d)"
_ANNOUNCES = re.compile(
    rf"(?:[哦噢]?对了,?)?(?:还有{_THING}|另外{_THING}|再就是|再有(?:就是|一?个)?|再一个|再说一[个件]"
    rf"|此外|除此之外|除了这个|并且|顺便{_SAY}|顺[带嘴道]{_SAY}|以及|同时还?|其次|最后(?:就是|一?[个件])"
    rf"|第?[二三四]是|第[二三四2-4](?:[个件点条]事?)?(?:就?是)?|{_NUMBERED})|[哦噢]?对了"
)
_INSIDE = re.compile(
    rf"(?<=[了啦着坏断亮漏堵修管停水掉])还有{_THING}|另外{_THING}|再就是|再有就是|以及|顺便|{_NUMBERED}"
)
_FIRST = re.compile(r"^(?:第一(?:[个件点条]事?)?(?:就?是)?|一是|首先|1[.、)](?!\d)|一、)")
_ADDS = re.compile(r"也|还|又|连")
_SUFFERS = re.compile(  # what a problem does to people, not another problem
    r"我家|我们家|俺家|家里|屋里|孩子|小孩|娃|老人|我妈|我爸|睡|害得|弄得|搞得"
)
_SMELLS = re.compile(r"气味|味道|臭|味儿?")
_FOLLOWS = re.compile(  # what came of the problem before, or was done about it
    r"^(?:结果|导致|造成|所以|因此|于是|因为|由于|害|弄|搞|使得?|让|而|但|可|却|就|才|都|全|到处|到现在|至今|一直|每天|天天|现在"
    r"|没人|找|打|报|问|说|物业|居委|社区|你们|他们?|她们?|它|这|那|谁|不知|根本|压根|已经|昨|今|前天|上|下|晚上|早上|半夜)"
)
_TROUBLE = re.compile(
    r"堆|发臭|没了|不见了|被偷|乱停|乱放|乱扔|占[着了满]|挡|吵|脏|没人[管修清收扫]|停了"
)
OF_CARE = {"PRO"}  # groups about who should have seen to the problem before
OF_THINGS = "FAC"  # a group whose every category is another thing: a lamp, a lift, a gate
_WITH_PLACE = re.compile(r"都|全|是|在|的|这些|上面|说|我们?|俺们?|住")  # around a place
_YES = re.compile(r"^(?:(?:对|嗯|恩|是|没错|哦|噢|好)[的了啊呀]?|[,，、 ])+(?:就|那)?")
_DOOR = re.compile(r"[栋幢楼座]|单元")
_ASKS = re.compile(
    r"(?:请|想|再|先|顺便|顺嘴|顺带|跟你|帮我|替我|打听|咨询|另外|对了).{0,3}(?:问(?!题)|咨询|打听|了解)"
    r"|问(?:一?下|一?[句个声]|问)|请问|想知道|想了解|打听(?:一?下|个)?|咨询"
)
_ASKS_FIRST = re.compile(
    r"[,。\s]*(?:对了|另外|还有|先等等|等等|顺[便带嘴道])?[,\s]*(?:我|就)*(?:再|先|也|想|请|跟您?你?|帮我|替我)*"
    r"(?:问(?:一?下|一?[句个声]|问)?|咨询(?:一?下)?|打听(?:一?下|个)?|请问)[,::]?"
)
# Indignation in the form of a question: nothing can answer it.
_RHETORICAL = re.compile(
    r"干(?:啥|什么|嘛|吗)(?:去了|吃的|用的)|吃干饭|凭(?:什么|啥)|还有没有(?:人|王法|天理)|讲不讲|要不要脸|有没有良心|管不管"
    r"|(?:啥|什么)(?:意思|态度|玩意)|(?:怎么|咋)(?:回事|这样|这么)|还让不让人|有完没完"
)
_ENQUIRES = re.compile(
    r"(?<=[证卡贴补]).{0,2}怎么办|怎么(?:办理|办(?=[^,。!?]*证)|领|申请|开|交|弄|补|查)"
    r"|(?<=[证卡贴补])咋办|咋(?:领|弄|申请|开|交|补)|多少钱|要钱|收费|什么材料|带什么|要带"
    r"|(?:办|证|批|审|下来|领).{0,6}(?:几天|多久|多长时间)|哪些(?:材料|条件|东西)|[哪几](?:里|儿|点|天|号|家)?.{0,4}(?:办|开门|上班|领|申请|拿)|几点"
    r"|(?:能不能|可不可以|可以不可以|让不让|允不允许|准不准|许不许).{0,6}(?:装修|施工|养|停|放|租|改|搭|拆|充电)"
    r"|(?:能|可以|让|准|许)(?:装修|施工|养狗|停车|充电).{0,4}[吗么不]"
    r"|(?:违|合)法|法律|规定|罚(?:多少|款)|(?:能|可)不?(?:能|可以).{0,4}(?:领|申请|办|报销)"
    r"|(?:领|申请|办|报销).{0,6}(?:吗|么|不)$"
    r"|哪[里儿]?(?:能|可以|有)?(?:打(?!电话)|接种|查|交|缴|补办?|买|取|盖章|考|报名|体检)|谁(?:出钱|负责出|承担)|赔(?:不|多少|吗)"
)
_IS_QUESTION = re.compile(
    r"[?？]|[吗么呢]$|怎么|咋|多少|什么|啥|哪|几|能不能|可不可以|是不是|(\w)[不没]\1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a message that speaks of one matter."""

    text: str
    code: str = ""  # of its category; empty where none is sure enough
    is_question: bool = False
    is_announced: bool = False  # by 还有, 另外, 2. …
    door: str = ""  # building and unit that it names


def split_message(text: str, read: Read, now: datetime) -> tuple[Part, ...]:
    """Return the matters of a message in their order; a message about one thing is one part.

    Every character of the message but the connecting words is in exactly one part.
    """
    stretches = _announced(text)
    is_list = any(part.is_announced for part in stretches[1:])  # 还有 says that the first is one
    stretches = [replace(part, is_announced=part.is_announced or is_list) for part in stretches]
    parts = [_judged(part, read, now) for part in stretches]
    parts = [one for part in parts for one in _split_beside(part, read, now)]
    joined = [replace(part, text=part.text.strip(_BLANKS)) for part in _joined(parts)]
    return tuple(joined) if 0 < len(joined) <= MOST else (_judged(Part(text=text), read, now),)


def problems_of(parts: Iterable[Part]) -> list[Part]:
    """Return the parts that report something."""
    return [part for part in parts if not part.is_question]


def questions_of(parts: Iterable[Part]) -> list[Part]:
    """Return the parts that ask something."""
    return [part for part in parts if part.is_question]


def opens_another(text: str) -> bool:
    """Return whether a message begins as one does that adds a matter (还有一件事…)."""
    return _ANNOUNCES.match(normalise(text).lstrip(" ,")) is not None


def has_clauses(text: str) -> bool:
    """Return whether a message has more than one clause, so that it may speak of two matters."""
    return len(clauses_of(text)) > 1


def enquires(text: str) -> bool:
    """Return whether a message wants to know a rule or a service, not only whether anybody cares.

    "你们到底管不管" asks nothing.
    """
    plain = normalise(text)
    return asks_outright(text) or bool(_IS_QUESTION.search(plain) and _ENQUIRES.search(plain))


def is_indignant(text: str) -> bool:
    """Return whether what a message asks is only indignation (你们干什么吃的)."""
    return _RHETORICAL.search(normalise(text)) is not None


def tells_fault(text: str) -> bool:
    """Return whether the words name a fault: something is broken, leaks, does not come."""
    return pattern_of("faults").search(normalise(text)) is not None


def bare_question(part: str) -> str:
    """Return a question without the words that only announce it (顺便问一下)."""
    plain = normalise(part)
    asks = _ASKS_FIRST.match(plain)
    return part[asks.end() :].lstrip(_BLANKS) if asks and len(part) - asks.end() > 3 else part


def without_opening(text: str) -> str:
    """Return a clause without the words that only say that it is one of several (还有, 2.)."""
    plain = normalise(text)
    mark = _FIRST.match(plain) or _ANNOUNCES.match(plain)
    return text[mark.end() :].lstrip(_BLANKS) if mark else text


def asks_outright(text: str) -> bool:
    """Return whether a part says of itself that it asks (顺便问一下)."""
    return _ASKS.search(normalise(text)) is not None


def bare_place_in(text: str, read: Read, now: datetime) -> str:
    """Return the clause of a message that is nothing but a place: it holds for all it tells."""
    for clause in clauses_of(text):
        found = read(clause, now)
        rest = list(normalise(clause))
        for one in found.entities:
            rest[one.start : one.end] = [" "] * (one.end - one.start)
        is_bare = len(_WITH_PLACE.sub("", "".join(filter(str.isalnum, rest)))) <= 1
        if found.place.building and is_bare:
            return clause
    return ""


def is_bare_door(text: str) -> bool:
    """Return whether a message names a building, perhaps more of a door, and nothing else."""
    whole = normalise(text)
    plain = list(_YES.sub("", whole) or whole)
    doors = find_doors("".join(plain))
    for door in doors:
        plain[door.start : door.end] = [" "] * (door.end - door.start)
    rest = _WITH_PLACE.sub("", "".join(filter(str.isalnum, plain)))
    return any(door.label == "building" for door in doors) and not rest


def _announced(text: str) -> list[Part]:
    """Return the stretches between announcing words."""
    found: list[Part] = []
    for clause in clauses_of(text):
        opening = _ANNOUNCES.match(normalise(clause))
        first = _FIRST.match(normalise(clause))
        asks = bool(_ASKS.search(normalise(clause)[:12]))
        if opening or first or not found:
            mark = opening or first
            cut = mark.end() if mark and not asks else 0
            found.append(Part(text=clause[cut:].lstrip(_BLANKS), is_announced=bool(mark)))
        elif asks != found[-1].is_question and not _only_announces(found[-1]):
            found.append(Part(text=clause))
        else:
            found[-1] = replace(found[-1], text=found[-1].text + clause)
        if asks:
            found[-1] = replace(found[-1], is_question=True)
    return [part for part in found if any(map(str.isalnum, part.text))]


def _only_announces(part: Part) -> bool:
    """Return whether a part says that a question comes (我就想问问) and does not ask it yet."""
    asks = _ASKS_FIRST.match(normalise(part.text))
    return part.is_question and asks is not None and len(part.text) - asks.end() <= 3


def clauses_of(text: str) -> list[str]:
    """Return the pieces between stops, each with its stop; 还有 in a piece begins another."""
    plain, cuts = normalise(text), {0, len(text)}
    cuts |= {stop.end() for stop in _STOP.finditer(plain)}
    cuts |= {inner.start() for inner in _INSIDE.finditer(plain)}
    edges = sorted(cuts)
    pieces = [text[start:end] for start, end in pairwise(edges)]
    return [piece for piece in pieces if piece.strip()]


def _judged(part: Part, read: Read, now: datetime) -> Part:
    """Return the part with its category, its door and whether it asks."""
    plain = normalise(part.text)
    found = read(part.text, now)
    faulty = pattern_of("faults").search(plain) is not None
    bare = without_courtesies(plain)
    first = next(iter(clauses_of(bare)), bare)
    asks = _IS_QUESTION.search(first) and _ENQUIRES.search(first)
    least = ANNOUNCED if part.is_announced else BESIDE
    return replace(
        part,
        code=_sure_code(found, least) if _says_more(plain, found) else "",
        is_question=(part.is_question or bool(asks)) and not (faulty or is_indignant(plain)),
        door=f"{found.place.building}{found.place.unit}",
    )


def _says_more(plain: str, found: Understanding) -> bool:
    """Return whether there are words beside place, time and telephone."""
    rest = list(plain)
    for one in found.entities:
        if one.entity != "address":
            rest[one.start : one.end] = [" "] * (one.end - one.start)
    return sum(map(str.isalnum, rest)) >= 2


def _sure_code(found: Understanding, least: float) -> str:
    """Return the likeliest category if its group is likely enough; else an empty text.

    Neighbours in a group share the certainty: noise of neighbours or of a shop, it is noise.
    """
    best = found.category
    if best is None or best.code in load_lexicon()["background"] or best.code.startswith("OTH"):
        return ""
    share = sum(one.score for one in found.categories if _kind(one.code) == _kind(best.code))
    return best.code if share >= least else ""


def _kind(code: str) -> str:
    """Return the group (大类) of a category code."""
    return code.partition("-")[0]


def _split_beside(part: Part, read: Read, now: datetime) -> list[Part]:
    """Return the part, or two where a mere comma stands between two different matters."""
    clauses = [] if part.is_question else clauses_of(part.text)
    for position, clause in list(enumerate(clauses))[1:]:
        if not _may_begin(clause):
            continue
        judged = _judged(Part(text=clause), read, now)
        is_elsewhere = _fails_elsewhere(clauses[:position], judged, read, now)
        if not (judged.is_question or judged.code or is_elsewhere):
            continue
        one, other = ("".join(some) for some in (clauses[:position], clauses[position:]))
        before = _judged(Part(text=one, is_announced=part.is_announced), read, now)
        after = _judged(Part(text=other, is_question=judged.is_question), read, now)
        is_two = after.is_question or _are_two(before, after, judged)
        if is_elsewhere or (before.code and is_two):
            kept = replace(before, is_announced=part.is_announced)
            return [kept, *_split_beside(after, read, now)]
    return [part]


def _fails_elsewhere(before: list[str], clause: Part, read: Read, now: datetime) -> bool:
    """Return whether something fails at another door than before (7栋车库进水,9栋门禁坏)."""
    faults = pattern_of("faults")
    opens = _DOOR.search(normalise(clause.text).lstrip(_BLANKS)[:4])  # not 物业说5栋也漏
    if not clause.door or not opens or not faults.search(normalise(clause.text)):
        return False
    told = "".join(before)
    place = read(told, now).place
    door = f"{place.building}{place.unit}"
    is_other = bool(place.building) and not clause.door.startswith(place.building)
    return is_other and door != clause.door and bool(faults.search(normalise(told)))


def _may_begin(clause: str) -> bool:
    """Return whether reading a clause by itself is worth the time."""
    plain = normalise(clause)
    return any(sign.search(plain) for sign in (_ADDS, _IS_QUESTION, _DOOR)) or _fails(plain)


def _are_two(one: Part, other: Part, clause: Part) -> bool:
    """Return whether a clause leaves the problem before it for one of another kind."""
    if clause.code == one.code or _SUFFERS.search(clause.text):
        return False
    if _changes_subject(one, clause):
        return True
    if clause.code != other.code or _SMELLS.search(clause.text):
        return False
    if clause.door and one.door:
        return clause.door != one.door
    is_fault = pattern_of("faults").search(clause.text) is not None
    is_other_kind = is_fault or _kind(one.code) != _kind(clause.code)
    return is_other_kind and _ADDS.search(clause.text) is not None


def _changes_subject(one: Part, clause: Part) -> bool:
    """Return whether a clause names another thing of another kind that fails, with no 也 or 还."""
    kinds = {_kind(one.code), _kind(clause.code)}
    plain = normalise(clause.text).lstrip(_BLANKS)
    is_other = len(kinds) > 1 or kinds == {OF_THINGS}
    if not is_other or "" in kinds or kinds & OF_CARE or _FOLLOWS.match(plain):
        return False
    is_symptom = _SMELLS.search(plain[:4]) is not None
    return _fails(normalise(one.text)) and _fails(plain) and not is_symptom


def _fails(plain: str) -> bool:
    return bool(pattern_of("faults").search(plain) or _TROUBLE.search(plain))


def _joined(parts: list[Part]) -> list[Part]:
    """Return the parts with those that are no matter of their own joined to their neighbours."""
    kept: list[Part] = []
    for part in parts:
        last = kept[-1] if kept else None
        if last is None or _stands_alone(part, kept):
            kept.append(part)
        else:
            kept[-1] = replace(last, text=f"{last.text}{_gap(last.text)}{part.text}")
    tells = kept and (kept[0].code or kept[0].is_question or _fails_at_door(kept[0]))
    if len(kept) > 1 and not (tells or _tells(kept)):
        opening = kept.pop(0)  # 跟你们说两个事, or where it is, before the first matter
        lead = f"{opening.text}{_gap(opening.text)}"
        door = kept[0].door or opening.door
        kept[0] = replace(kept[0], text=lead + kept[0].text, door=door)
    return kept


def _tells(kept: list[Part]) -> bool:
    """Return whether what stands before a question is a matter itself: it has a door."""
    return kept[1].is_question and bool(kept[0].door)


def _stands_alone(part: Part, kept: list[Part]) -> bool:
    if part.is_question:
        return not kept[-1].is_question
    if not part.code:
        return _fails_at_door(part) and all(_is_elsewhere(part, one) for one in kept)
    known = [one for one in kept if one.code]
    return all(one.code != part.code or _is_elsewhere(part, one) for one in known)


def _fails_at_door(part: Part) -> bool:
    """Return whether a part names a door and a fault, whatever the fault is called."""
    return bool(part.door) and tells_fault(part.text)


def _is_elsewhere(one: Part, other: Part) -> bool:
    return bool(one.door and other.door and one.door != other.door)


def _gap(text: str) -> str:
    return "" if _STOP.search(text[-1:] or ",") else ","
