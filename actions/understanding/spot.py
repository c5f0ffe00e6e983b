"""The spot (具体位置) that an answer to 在哪里 tells beside the door: 4栋背后那条小路, 3楼拐角."""

import re

from actions.understanding.door import find_doors

LONGEST = 30  # characters; who says more tells a story
FEWEST = 2  # characters of a spot
_LEAD = re.compile(
    r"^(?:哦|噢|嗯+|啊|哎|那个|这个|不就|还不|就是|就|是|在|搁|我们?|咱们?|俺们?|家|住|说的是"
    r"|[,， ])+"
)
_TAIL = re.compile(
    r"(?:那里|那儿|那边|这里|这儿)?(?:的)?[吧嘛撒呀啊哈呢咯哦呗嘞额啦了噻,，。.!！~ ]*$"
)
_DOOR_WORDS = re.compile(r"[栋幢座号楼单元室门的,，、\-—#\s]+")
_FLOOR = re.compile(r"[0-9一二三四五六七八九十]{1,3}(?:楼|层)")
_STOPS = re.compile(r"[。;；!！?？\n]|[,，].{6,}")
_STORY = re.compile(r"快|急|赶紧|麻烦|谢|请|来人|派|修|帮|电话|没有?|不|天|月|周|点|错|改|换")


def spot_told(plain: str) -> str:
    """Return the words of a place that says more than its door; empty where it does not."""
    if len(plain) > LONGEST or _STOPS.search(plain) or _STORY.search(plain):
        return ""
    told = _TAIL.sub("", _LEAD.sub("", plain))
    rest = list(told)
    for door in find_doors(told):
        rest[door.start : door.end] = " " * (door.end - door.start)
    beside = "".join(rest)
    says_more = len(_DOOR_WORDS.sub("", beside)) >= FEWEST or _FLOOR.search(beside)
    return told if says_more else ""
