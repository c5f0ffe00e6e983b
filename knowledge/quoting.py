"""Chooses how much of a passage to quote around the sentence that answers."""

import re
from collections.abc import Sequence

from knowledge.bm25 import normalised
from knowledge.evidence import Candidate
from knowledge.question import Question
from knowledge.spans import LEAD_IN, MAX_LIST, MAX_QUOTE, sentences

NEARLY = 0.5
_PARTS = re.compile(r"[，,、：:]")


def quoted_span(question: Question, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the shortest stretch of a passage that answers when read alone.

    A lead-in (下列条件：) takes its list along; too long a sentence is cut to its best part.
    """
    if LEAD_IN.search(text[start:end]):
        return start, _end_of_list(text, end)
    if end - start > MAX_QUOTE:
        return _best_part(question, text, start, end)
    return start, end


def with_neighbours(best: Candidate, others: Sequence[Candidate]) -> tuple[int, int]:
    """Return the best sentence with those beside it that are nearly as likely to answer."""
    start, end = best.start, best.end
    likely = sorted(
        (one for one in others if one.probability >= NEARLY * best.probability),
        key=lambda one: -one.probability,
    )
    for one in likely:
        is_beside = 0 <= one.start - end <= 1 or 0 <= start - one.end <= 1
        first, last = min(start, one.start), max(end, one.end)
        if is_beside and last - first <= MAX_QUOTE:
            start, end = first, last
    return start, end


def _end_of_list(text: str, end: int) -> int:
    """Return where the list after a lead-in ends, or the last item that still fits."""
    last = end
    begin = end
    for start, stop in sentences(text):
        if start < begin:
            continue
        if stop - begin > MAX_LIST:
            break
        last = stop
        if text[stop - 1] in "。！？":
            break
    return last


def _best_part(question: Question, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the window of parts, at most ``MAX_QUOTE`` long, that covers the question best."""
    cuts = [start, *(match.end() + start for match in _PARTS.finditer(text[start:end])), end]
    best, best_score = (start, min(end, start + MAX_QUOTE)), -1.0
    for first, begin in enumerate(cuts[:-1]):
        for stop in cuts[first + 1 :]:
            if stop - begin > MAX_QUOTE:
                break
            score = _fit(question, text[begin:stop]) - (stop - begin) / 1000
            if score > best_score:
                best, best_score = (begin, stop), score
    return best


def _fit(question: Question, part: str) -> float:
    shown = any(one.shows.search(part) for one in question.expectations)
    return question.coverage(normalised(part)) + 0.5 * shown
