"""How a message is worded: whether it names a problem, and whether it asks."""

import re
from functools import cache

from actions.phrases import phrases
from actions.understanding.bare import (
    says_only_that_it_fails,
    says_only_that_there_is_something,
)
from actions.understanding.normalise import normalise


def says_what(text: str) -> bool:
    """Return whether ``text`` names a problem, not only that there is one."""
    letters = sum(map(str.isalnum, text))
    is_bare = says_only_that_there_is_something(text) or says_only_that_it_fails(text)
    return letters >= 2 and not is_bare


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(f"{phrases()['a_not_a']}|{phrases()['ends_in_no']}")


def is_question(text: str) -> bool:
    """Return whether ``text`` asks something."""
    plain = normalise(text)
    return any(mark in plain for mark in phrases()["question_marks"]) or bool(
        _asks().search(plain)
    )
