"""Introductions (自我介绍): who somebody is and where they live is no part of what they ask."""

import re

from actions.tickets.masking import mask
from actions.understanding.contact import find_contacts
from actions.understanding.door import find_doors
from actions.understanding.normalise import normalise
from actions.understanding.problems import clauses_of

_MARKS = re.compile(r"\[(?:姓名|电话|门牌)\]")
_SURNAME = re.compile(r"(?:我|本人)?(?:免贵)?姓[\u4e00-\u9fff]")
_WITH = re.compile(  # beside name, telephone and door: all that is left says who speaks
    r"[您你]好|喂|哈[喽啰]|早上好|下午好|晚上好|打扰了?|我们?|俺们?|本人|名字|名叫|姓名|叫|家|是|住|在|的|就|业主|住户|居民|租户|租客|房东"
    r"|电话|手机|号码?|联系方式|微信|同号|和|这边|可以|打|联系|找|小区|本|\W"
)


def without_introduction(text: str) -> str:
    """Return a question without the clauses that only tell name, telephone or door.

    A message that says nothing else is returned whole.
    """
    kept = [clause for clause in clauses_of(text) if not _introduces(clause)]
    return "".join(kept).strip() or text


def _introduces(clause: str) -> bool:
    plain = normalise(clause).strip(" ,，。;；!！.~")
    if _SURNAME.fullmatch(plain):
        return True
    rest = list(plain)
    told_at = [(one.start, one.end) for one in find_contacts(plain)]
    told_at += [(one.start, one.end) for one in find_doors(plain)]
    for start, end in told_at:
        rest[start:end] = "#" * (end - start)
    told = _MARKS.sub("#", mask("".join(rest)))
    return "#" in told and not _WITH.sub("", told)
