"""The same conversation as other people would type it: with slips, with courtesies, in pieces.

Each transformation is a function of the words alone, so that a failure can be played again.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256

from pypinyin import Style, pinyin

from actions.understanding.lexicon import load_lexicon
from actions.understanding.normalise import normalise
from actions.understanding.place import find_places
from tests.conversation import Conversation, Expectation, Step

# Slips of everyday typing by sound; what is not in it gets a homophone from pypinyin.
SLIPS = dict(
    zip(
        "的在吗做那已坏修再清收脏声停堵响圾梯楼道得像候带账",
        "得再嘛作哪以怀休在青手赃生庭赌想级剃搂到的象侯戴帐",
        strict=True,
    )
)
FEWEST, PER_SLIP = 6, 20  # characters: shorter lines stay; a longer line gets a second slip
# The commonest characters, commonest first: what a keyboard offers in another's place.
COMMON = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用"
    "道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者"
    "意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利"
    "什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义"
    "各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金"
    "指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求"
    "据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔"
)
# Numbers, parts of doors, and what turns the meaning round.
_FIXED = re.compile(
    r"[不没别是0-9零〇一二两三四五六七八九十百几半栋幢号楼单元室层座弄第个件星分{}a-zA-Z]"
)
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_STOP = re.compile(r"[,,。;!!]+")
SPARED = ("绑定", "/", "<")  # a code is typed as it was given

Replay = Callable[[Conversation], Conversation]


def with_slips(script: Conversation) -> Conversation:
    """Return the conversation with one or two wrong characters of the same sound in each line."""
    kept = _expected_characters(script)
    return _renamed(script, "错字", (_slipped(step, kept) for step in script.steps))


def politely(script: Conversation) -> Conversation:
    """Return the conversation with a greeting before and thanks behind."""
    steps = (
        replace(step, user=_courteous(step, position == 0))
        for position, step in enumerate(script.steps)
    )
    return _renamed(script, "客气", steps)


def in_pieces(script: Conversation) -> Conversation:
    """Return the conversation with its first report sent as two messages."""
    opening, *others = script.steps
    return _renamed(script, "分开发", iter([*_pieces(opening), *others]))


REPLAYS: dict[str, Replay] = {"slips": with_slips, "polite": politely, "pieces": in_pieces}


def replays_of(script: Conversation, *, is_every: bool) -> list[Conversation]:
    """Return the conversation in other words: every way that fits it, or the one of its turn.

    Which one that is depends on the name alone, so that all ways are walked by a third of all.
    """
    fitting = [name for name in REPLAYS if name in script.replay]
    changed = [REPLAYS[name](script) for name in fitting]
    different = [other for other in changed if other.sentences != script.sentences]
    if is_every or not different:
        return different
    return [different[_number(script.name) % len(different)]]


def is_every_replay_wanted() -> bool:
    """Return whether all replays were asked for (``LINLI_REPLAYS=all``)."""
    return os.environ.get("LINLI_REPLAYS") == "all"


def _renamed(script: Conversation, how: str, steps: Iterator[Step]) -> Conversation:
    return replace(script, name=f"{script.name}({how})", steps=tuple(steps))


def _number(text: str) -> int:
    return int(sha256(text.encode()).hexdigest()[:8], 16)


def _slipped(step: Step, kept: frozenset[str]) -> Step:
    text = step.user
    if len(_HAN.findall(text)) < FEWEST or text.startswith(SPARED):
        return step
    places = find_places(normalise(text), load_lexicon()["communities"])[1]
    fixed = {n for place in places for n in range(place.start, place.end)}
    free = [
        n
        for n, character in enumerate(text)
        if _HAN.match(character) and n not in fixed and not _FIXED.match(character)
        if character not in kept
    ]
    likely = [n for n in free if text[n] in SLIPS] or [n for n in free if _homophone(text[n])]
    characters = list(text)
    for count in range(1 + (len(text) > PER_SLIP)):
        if likely:
            place = likely.pop((_number(text) + count) % len(likely))
            characters[place] = SLIPS.get(text[place]) or _homophone(text[place])
    return replace(step, user="".join(characters))


@cache
def _homophone(character: str) -> str:
    """Return the commonest other character of the same sound, or nothing."""
    sound = _sound(character)
    return next((c for c in COMMON if c != character and _sound(c) == sound), "")


@cache
def _sound(character: str) -> str:
    return str(pinyin(character, style=Style.TONE3)[0][0])


def _expected_characters(script: Conversation) -> frozenset[str]:
    """Return the characters that an answer must repeat: a slip in them is repeated as well."""
    words: list[str] = []
    for step in script.steps:
        words += [word for group in step.expected.says for word in group]
        words += [str(value) for value in (step.expected.ticket or {}).values()]
    return frozenset("".join(words))


def _courteous(step: Step, is_first: bool) -> str:
    text = step.user
    if len(_HAN.findall(text)) < FEWEST or text.startswith(SPARED):
        return text
    gap = "," if text[-1].isalnum() else " "
    thanks = "麻烦了" if is_first and "ticket_draft" in step.expected.outcome else "谢谢"
    return f"{'您好,' if is_first else ''}{text}{gap}{thanks}"


def _pieces(step: Step) -> list[Step]:
    """Return a report of two clauses as two messages; any other step as it is."""
    stops = list(_STOP.finditer(step.user))
    halves = [step.user[: stops[0].start()], step.user[stops[0].end() :]] if stops else []
    is_report = "ticket_draft" in step.expected.outcome and not step.photo
    if not is_report or min(map(len, map(str.strip, halves)), default=0) < FEWEST:
        return [step]
    first = Step(user=halves[0].strip(), person=step.person, expected=Expectation())
    return [first, replace(step, user=halves[1].strip())]
