"""What kind of request a message is: 咨询 求助 投诉 举报 建议 表扬."""

import re
from functools import cache

from actions.tickets.ticket import RequestType
from actions.understanding.lexicon import load_lexicon


@cache
def _patterns() -> tuple[tuple[RequestType, re.Pattern[str]], ...]:
    rows = load_lexicon()["request_types"].items()
    return tuple((RequestType(code), re.compile("|".join(words))) for code, words in rows)


def request_type_of(plain: str) -> RequestType:
    """Return the first kind whose words occur; a problem without any such words is a complaint."""
    for request_type, pattern in _patterns():
        if pattern.search(plain):
            return request_type
    return RequestType.COMPLAINT
