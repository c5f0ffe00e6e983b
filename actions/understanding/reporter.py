"""Who speaks: whether the name is to be kept back, and for whom the person reports."""

import re
from functools import cache

from actions.understanding.entity import Entity
from actions.understanding.lexicon import alternatives, pattern_of

_WEIGHS = re.compile(r"[吗么?？]|会不会|能不能|可不可以|是不是|要不要|的话|如果|要是")


@cache
def _on_behalf() -> re.Pattern[str]:
    who = alternatives("relatives")
    return re.compile(
        rf"(?:我)?(?:是)?(?:替|帮|代|代表|为|帮忙|帮助)(?:着)?({who})(?:家)?(?:来|匿名|打电话|实名)*"
        rf"(?:报|反映|问|投诉|咨询|登记|申请|办|说|提|预约|求助|查|反应|举报|叫|喊)"
    )


def is_anonymous(plain: str, text: str = "") -> bool:
    """Return whether the person asks that nobody learn who reported.

    ``plain`` is what ``normalise`` returned of ``text``, which has the small words of English too.
    """
    asked = pattern_of("named").sub("", plain)  # 不用匿名 holds 匿名
    if pattern_of("anonymous").search(asked):
        return True
    return pattern_of("anonymous_in_english").search(text.lower()) is not None


def is_named(plain: str) -> bool:
    """Return whether the person says that their name may be known after all (不匿名了)."""
    is_told = pattern_of("named").search(plain) and not _WEIGHS.search(plain)
    return bool(is_told) and not is_anonymous(plain)


def find_on_behalf_of(plain: str) -> Entity | None:
    """Return for whom somebody else reports, as it was said (我妈, 邻居)."""
    found = _on_behalf().search(plain)
    if not found:
        return None
    return Entity(entity="on_behalf_of", value=found[1], start=found.start(1), end=found.end(1))
