"""Several questions (几个问题) in one message, and what each is about."""

import re

from actions.understanding.normalise import normalise
from actions.understanding.pointing import ASKING, without_courtesies
from actions.understanding.problems import (
    bare_question,
    clauses_of,
    is_indignant,
    tells_fault,
    without_opening,
)

MOST, LONGEST = 4, 40  # questions of a message; characters of each, with what leads to it
FEWEST = 3  # characters that ask something by themselves (在哪办)
_ASKS = re.compile(
    r"[?？]|(?:[吗么呢]|[有行能会要得用办开贵](?:不|没有?))[啊呀呐]?\W*$|怎么|怎样|如何|咋|多少|多久|多长|多大|多远"
    r"|什么|啥|哪(?:[里儿个些天位家种有能办领交买打看去找开查报补拿]|\W*$)|[在到去上往找]哪|谁|几(?:天|点|个|号|时|岁|月|年|块|钱|次|份)|([\u4e00-\u9fff])[不没]\1|有没有|是否|能否"
)
_NOT_ASKED = re.compile(
    r"(?:不知道?|不晓得|不清楚|搞不清|记不[得清]|忘了?).*|没(?:什么|啥)|什么的|怎么都|多少(?:有点|给)"
)
_TELLS = re.compile(r"(?<![吗没么])了[,，。;；!！~ ]*$")  # 掉哪儿了: where is told not to be known
_CONFIRMS = re.compile(  # asks whether what was just said is so: no question of its own
    r"(?:(?:这样|这|那)?(?:是|对|好|行|可以|中|成)(?:不是|不对|不好|不行|不可以)?(?:的)?[吗么吧呢嘛]?"
    r"|[你您]?(?:们)?(?:知道|清楚|晓得|明白|懂|能告诉我|能说说|说一?下)[吗么不]?|(?:是不是|对不对|行不行|好不好|可不可以)(?:啊|呀)?"
    r"|(?:是不是|是)[^,，]{1,8}[吗啊呀]?|还是[^,，]{1,12}|请问.{0,3}|(?:我)?(?:想|要)?问(?:一?下|个问题|问)?)"
)
_LEADS = "在到从跟和"
_EDGES = " ,，、:：。;；!！~…\n"


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a message that asks several and reports nothing; else none."""
    if tells_fault(text) or is_indignant(text):
        return ()
    asked = tuple(part.strip(_EDGES) for part in _stretches(text))
    is_short = all(len(one) <= LONGEST for one in asked)
    return asked if 2 <= len(asked) <= MOST and is_short else ()


def subject_of(question: str) -> str:
    """Return a question without the words that ask (停车月卡 of 停车月卡多少钱)."""
    bare = ASKING.sub("", without_courtesies(normalise(question)))
    return re.sub(r"\W", "", bare).strip(_LEADS)


def _stretches(text: str) -> list[str]:
    """Return a stretch for each clause that asks, with what was told before it."""
    found: list[str] = []
    told = ""
    for clause in clauses_of(text):
        bare = bare_question(without_opening(clause.strip(_EDGES)))
        if not _asks(bare):
            told += clause if bare == clause.strip(_EDGES) else bare
        elif found and not told and _CONFIRMS.fullmatch(normalise(bare).strip(f"{_EDGES}?？")):
            found[-1] += clause
        else:
            found.append(f"{told}{bare}")
            told = ""
    if found and without_courtesies(normalise(told)):
        found[-1] += f",{told}"
    return found


def _asks(clause: str) -> bool:
    plain = normalise(clause)
    letters = sum(map(str.isalnum, plain))
    if _TELLS.search(plain):
        return False
    return letters >= FEWEST and bool(_ASKS.search(_NOT_ASKED.sub("", plain)))
