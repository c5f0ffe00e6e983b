"""Messages that announce or point, but say nothing yet."""

import re
from functools import cache

from actions.understanding.lexicon import pattern_of
from actions.understanding.normalise import normalise

_STOPS = re.compile(r"[\s,.。!?;:~、…·\-]+")
_ENDING = "(?:的|了|吧|啊|呀|哦|噢|哈|呢|嘛|咯|喽|行吗|行不|可以吗|好吗|吗|不|谢谢|麻烦了)*"


@cache
def _announcement() -> re.Pattern[str]:
    opening, core = pattern_of("bare_openings").pattern, pattern_of("bare_announcements").pattern
    return re.compile(f"(?:{opening})*(?:{core})(?:{core})*{_ENDING}")


@cache
def _vague() -> re.Pattern[str]:
    return re.compile(pattern_of("vague_places").pattern)


def says_only_that_there_is_something(text: str) -> bool:
    """Return whether a message announces a matter (有个事想反映) without saying what it is."""
    return _announcement().fullmatch(_bare(text)) is not None


def is_vague_place(text: str) -> bool:
    """Return whether a message only points (就那边嘛), so that nobody could find the place."""
    return _vague().fullmatch(_bare(text)) is not None


def _bare(text: str) -> str:
    return _STOPS.sub("", normalise(text)).lower()
