"""How soon somebody must act: 1 danger to life or property … 4 no hurry."""

from actions.tickets.ticket import RequestType
from actions.understanding.lexicon import pattern_of

_CALM = frozenset({RequestType.PRAISE, RequestType.SUGGESTION})


def urgency_of(plain: str, *, usual: int, request_type: RequestType) -> int:
    """Return the urgency: the category's usual one, raised by the words of the message."""
    if request_type in _CALM and not pattern_of("danger").search(plain):
        return 4
    if pattern_of("danger").search(plain):
        return 1
    if pattern_of("pressing").search(plain):
        return min(usual, 2)
    return usual
