"""Chooses how much of a passage to quote around the sentence that answers."""

import math
import re
from collections.abc import Iterable, Sequence

from knowledge.bm25 import normalised
from knowledge.evidence import Candidate
from knowledge.question import Question
from knowledge.spans import LEAD_IN, MAX_LIST, MAX_QUOTE, MAX_WINDOW, sentences

CLOSE = 1.0  # score by which a sentence is behind the best and is quoted after it
PRICE = 0.02  # a sentence beside the best is quoted if it is this likely to be wanted
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


def window(
    question: Question, text: str, best: Candidate, others: Sequence[Candidate]
) -> tuple[int, int]:
    """Return the best sentence with as many beside it as fit and are likeliest to be wanted.

    ``others`` are all sentences of the passage, with the scores by which they were ranked.
    """
    start, end = quoted_span(question, text, best.start, best.end)
    if (start, end) != (best.start, best.end):
        return start, end
    row = sorted(others, key=lambda one: one.start)
    at = next(place for place, one in enumerate(row) if one.start == start)
    chosen, most = (start, end), 1.0
    for first in range(at + 1):
        for last in range(at, len(row)):
            if row[last].end - row[first].start > MAX_WINDOW:
                break
            taken = row[first : last + 1]
            worth = sum(math.exp(one.score - best.score) for one in taken)
            worth -= PRICE * (len(taken) - 1)
            if worth > most:
                chosen, most = (row[first].start, row[last].end), worth
    return chosen


def quoted_too(first: str, best: float, others: Iterable[tuple[float, str]]) -> int | None:
    """Return which of a document's other sentences is quoted after the first words, if any is.

    ``others`` are scores and words, the best first. One is quoted where it is hardly behind and
    both together are short, for then it is nearly as likely to be what was asked for.
    """
    for at, (score, text) in enumerate(others):
        if best - score > CLOSE:
            return None
        if text not in first and first not in text:
            return at if len(first) + 1 + len(text) <= MAX_WINDOW else None
    return None


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
