"""Chooses how much of a passage to quote around the sentence that answers."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.bm25 import normalised
from knowledge.evidence import Candidate
from knowledge.facts import excludes, turns
from knowledge.question import Question
from knowledge.reading.marks import Mark, mark_of
from knowledge.spans import LEAD_IN, MAX_LIST, MAX_QUOTE, MAX_WINDOW, sentences

CLOSE = 1.0  # score by which a sentence is behind the best and is quoted after it
PRICE = 0.02  # a sentence beside the best is quoted if it is this likely to be wanted
_PARTS = re.compile(r"[，,、：:]")
MIN_ITEMS = 2  # quoted already, from where a list is being told and not one item of it
LIST_LEVEL = 5  # of （一）, the widest number that an item has
_COLON = re.compile(r"[：:]\s*")
_FULL_STOPS = "。！？"


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

    An item of a list takes its lead-in along: alone, an exclusion reads like a condition. A list
    that is told from its beginning is told to its end: who reads two papers brings no third.
    ``others`` are all sentences of the passage, with the scores by which they were ranked.
    """
    start, end = quoted_span(question, text, best.start, best.end)
    begin = led_from(text, best.start, end) if end <= best.end else start
    begin = start if begin is None else begin
    if (start, end) != (best.start, best.end):
        return begin, end
    row = sorted(others, key=lambda one: one.start)
    at = next(place for place, one in enumerate(row) if one.start == start)
    chosen, most = (begin, end), 1.0
    for first in range(at + 1):
        left = min(row[first].start, begin)
        for last in range(at, len(row)):
            if row[last].end - left > MAX_WINDOW:
                break
            taken = row[first : last + 1]
            worth = sum(math.exp(one.score - best.score) for one in taken)
            worth -= PRICE * (len(taken) - 1)
            if worth > most:
                chosen, most = (left, row[last].end), worth
    return chosen[0], _to_end_of_list(text, *chosen)


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


def led_from(text: str, start: int, end: int) -> int | None:
    """Return where the lead-in of a list item begins, if it is to be quoted with the item.

    It is where both fit; a lead-in that denies or forbids (有下列情形之一的，不予发放) also where
    all items up to this one have to be quoted with it, because a quote is of one piece.
    """
    found = _lead_in(text, start)
    if found is None:
        return None
    first, last = found
    limit = MAX_LIST if excludes(text[first:last]) else MAX_WINDOW
    return first if end - first <= limit else None


def _lead_in(text: str, start: int) -> tuple[int, int] | None:
    """Return the words that introduce the list of the item that begins here, if any do."""
    mark = _item_of(text, start)
    colons = list(_COLON.finditer(text, 0, start)) if mark else []
    for colon in reversed(colons):
        first = _item_of(text, colon.end())
        if mark and first == replace(mark, number=1) and _is_reached(text, colon.end(), start):
            begins = (begin for begin, end in sentences(text) if begin <= colon.start() < end)
            return next(begins, colon.start()), colon.end()
    return None


def _item_of(text: str, at: int) -> Mark | None:
    """Return the number of the list item that begins here; 一、 is that of a section."""
    mark = mark_of(text[at:])
    return mark if mark and mark.level >= LIST_LEVEL else None


def _is_reached(text: str, first: int, start: int) -> bool:
    """Return whether a list that begins at ``first`` has the item at ``start``.

    A line without a number, or one of a wider list, ends it before.
    """
    places = [first, *(begin for begin, _ in sentences(text) if first < begin <= start)]
    marks = [(at, mark_of(text[at:])) for at in places]
    top = marks[0][1]
    if top is None or any(_is_outside(text, at, mark, top) for at, mark in marks):
        return False
    numbers = [mark.number for _, mark in marks if mark and mark.level == top.level]
    return numbers == list(range(1, len(numbers) + 1))


def _is_outside(text: str, at: int, mark: Mark | None, top: Mark) -> bool:
    is_new_line = text[:at].rstrip(" \u3000").endswith("\n")
    return mark.level < top.level if mark else is_new_line


def _end_of_list(text: str, end: int) -> int:
    """Return where the list after a lead-in ends, or the last item that still fits."""
    spans = [span for span in sentences(text) if span[0] >= end]
    last, item = end, None
    for at, (start, stop) in enumerate(spans):
        if stop - end > MAX_LIST:
            break
        mark = _item_of(text, start)
        if mark and (item is None or mark.level == item.level):
            item = mark
        last = stop
        if text[stop - 1] in _FULL_STOPS and not _goes_on(text, stop, spans[at + 1 :], item):
            break
    return last


def _to_end_of_list(text: str, start: int, end: int) -> int:
    """Return where a quote ends that goes on to the last item of the list it begins."""
    rows = [(begin, stop, _item_of(text, begin)) for begin, stop in sentences(text)]
    marks = [mark for begin, _, mark in rows if start <= begin < end and mark]
    own = [mark for mark in marks if mark.level == marks[0].level]
    if len(own) < MIN_ITEMS or own[0].number != 1:
        return end
    item = own[-1]
    for begin, stop, mark in rows:
        if begin < end:
            continue
        is_next = mark == replace(item, number=item.number + 1)
        is_within = mark.level > item.level if mark else "\n" not in text[end:begin]
        if not (is_next or is_within) or stop - start > MAX_LIST:
            break
        item, end = mark if is_next and mark else item, stop
    return end


def _goes_on(text: str, stop: int, rest: Sequence[tuple[int, int]], item: Mark | None) -> bool:
    """Return whether the next item of the same list follows, after what belongs to this one.

    That is the rest of its line, and lists within it.
    """
    if item is None:
        return False
    for start, end in rest:
        mark = mark_of(text[start:])
        if mark == replace(item, number=item.number + 1):
            return True
        is_within = mark.level > item.level if mark else "\n" not in text[stop:start]
        if not is_within:
            return False
        stop = end
    return False


def _best_part(question: Question, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the window of parts, at most ``MAX_QUOTE`` long, that covers the question best.

    What turns the meaning afterwards (…，均不予受理) is quoted too, however long it gets.
    """
    cuts = [start, *(match.end() + start for match in _PARTS.finditer(text[start:end])), end]
    best, best_score = (start, min(end, start + MAX_QUOTE)), -1.0
    for first, begin in enumerate(cuts[:-1]):
        for stop in cuts[first + 1 :]:
            if stop - begin > MAX_QUOTE:
                break
            score = _fit(question, text[begin:stop]) - (stop - begin) / 1000
            if score > best_score:
                best, best_score = (begin, stop), score
    begin, stop = best
    turning = [later for at, later in pairwise(cuts) if later > stop and turns(text[at:later])]
    return begin, max([stop, *turning])


def _fit(question: Question, part: str) -> float:
    shown = any(one.shows.search(part) for one in question.expectations)
    return question.coverage(normalised(part)) + 0.5 * shown
