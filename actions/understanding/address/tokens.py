"""The pieces an address is read in: runs of figures, runs of Latin letters, single characters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.understanding.address.labelled import Span

_TOKEN = re.compile(r"\d+|[A-Za-z]+|.", re.DOTALL)
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text, ``text[start:end]``."""

    words: str
    start: int
    end: int


def tokens_of(plain: str) -> list[Token]:
    """Return the pieces of a text in order; together they are the text."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(plain)]


def tags_of(tokens: Sequence[Token], spans: Iterable[Span]) -> list[str]:
    """Return a tag for each token: S alone, B first, I inside, E last of a part, or O.

    A part that begins or ends within a run of figures takes the run by where it begins.
    """
    tags = [OUTSIDE] * len(tokens)
    for span in spans:
        inside = [i for i, token in enumerate(tokens) if span.start <= token.start < span.end]
        for i in inside:
            tags[i] = f"I-{span.label}"
        if inside:
            tags[inside[0]], tags[inside[-1]] = f"B-{span.label}", f"E-{span.label}"
        if len(inside) == 1:
            tags[inside[0]] = f"S-{span.label}"
    return tags


def spans_of(tokens: Sequence[Token], tags: Sequence[str]) -> list[Span]:
    """Return the parts that the tags say; a part also ends where the next begins."""
    spans: list[Span] = []
    open_span: Span | None = None
    for token, tag in zip(tokens, tags, strict=True):
        place, _, label = tag.partition("-")
        if open_span is not None and (place in "BSO" or label != open_span.label):
            spans.append(open_span)
            open_span = None
        if place != OUTSIDE:
            start = token.start if open_span is None else open_span.start
            open_span = Span(start, token.end, label)
        if open_span is not None and place in "ES":
            spans.append(open_span)
            open_span = None
    if open_span is not None:
        spans.append(open_span)
    return spans
