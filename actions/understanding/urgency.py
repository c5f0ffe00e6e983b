"""How soon somebody must act: 1 danger to life or property … 4 no hurry."""

import re

from actions.tickets.ticket import RequestType
from actions.understanding.lexicon import pattern_of

# Words of faults are in thanks too (冒雨来修); in a suggestion they say that something is broken.
_CALM = {RequestType.PRAISE: ("pressing",), RequestType.SUGGESTION: ("pressing", "faults")}
_DENIED = re.compile(r"(?:没有?|不|未|无)(?:人|会|再|发生|出现|什么)?$")  # 没有人受伤


def urgency_of(plain: str, *, usual: int, request_type: RequestType) -> int:
    """Return the urgency: the category's usual one, raised by the words of the message."""
    if _tells_danger(plain):
        return 1
    if request_type in _CALM and _can_wait(plain, _CALM[request_type]):
        return 4
    if pattern_of("pressing").search(plain):
        return min(usual, 2)
    return usual


def _tells_danger(plain: str) -> bool:
    cooking = [match.span() for match in pattern_of("cooking_smoke").finditer(plain)]
    for match in pattern_of("danger").finditer(plain):
        start, end = match.span()
        is_cooking = any(first <= start and end <= last for first, last in cooking)
        if not is_cooking and not _DENIED.search(plain[:start]):
            return True
    return False


def _can_wait(plain: str, signs: tuple[str, ...]) -> bool:
    """Return whether thanks or a suggestion tell of nothing that is still to be mended."""
    if pattern_of("settled").search(plain):
        return True
    return not any(pattern_of(sign).search(plain) for sign in signs)
