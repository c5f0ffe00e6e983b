"""What kind of request a message is: 咨询 求助 投诉 举报 建议 表扬."""

import re
from collections.abc import Sequence
from functools import cache

from actions.tickets.ticket import RequestType
from actions.understanding.lexicon import load_lexicon

_SUBJECT = re.compile(r"\s*([^。!?\n]{4,40})[。!?\n]+(?=.{20})", re.DOTALL)

Rows = Sequence[tuple[RequestType, re.Pattern[str]]]


@cache
def _patterns(table: str) -> Rows:
    rows = load_lexicon()[table].items()
    return tuple((RequestType(code), re.compile("|".join(words))) for code, words in rows)


def request_type_of(plain: str) -> RequestType:
    """Return the kind that the subject line names, else the first kind whose words occur.

    A problem without any such words is a complaint.
    """
    subject = _SUBJECT.match(plain)
    return (
        (_first(_patterns("request_subjects"), subject[1]) if subject else None)
        or _first(_patterns("request_types"), plain)
        or RequestType.COMPLAINT
    )


def _first(rows: Rows, plain: str) -> RequestType | None:
    return next((kind for kind, pattern in rows if pattern.search(plain)), None)
