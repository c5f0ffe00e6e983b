"""Cuts a turn into screens that an elderly person can take in one at a time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.message import Choice, Citation, Turn

CHOICES_A_SCREEN = 3
SCREEN_LENGTH = 110  # characters: about half a telephone's screen at the smallest size
LABEL_LENGTH = 6  # characters before a number or a code
_TELEPHONE = re.compile(r"(?<![\d-])(?:0\d{2,3}-\d{4}-?\d{3,4}|1[3-9]\d{9})(?![\d-])")
_SENTENCE = re.compile(r"[^。!?!?;;]*[。!?!?;;]?[”」)]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screenful of a turn; the citations and options stand on the last one."""

    lines: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    citations: tuple[Citation, ...] = ()
    is_last: bool = False


def screens(turn: Turn) -> list[Screen]:
    """Return the screens of ``turn`` in order; at least one."""
    pages = [page for reply in turn.replies for page in _pages(reply.text)]
    choices = tuple(choice for reply in turn.replies for choice in reply.choices)
    citations = tuple(citation for reply in turn.replies for citation in reply.citations)
    last = Screen(
        lines=pages[-1] if pages else (), choices=choices, citations=citations, is_last=True
    )
    return [*(Screen(lines=page) for page in pages[:-1]), last]


def without_ticket(lines: Iterable[str], ticket: dict[str, Any]) -> tuple[str, ...]:
    """Return ``lines`` less those that only tell what the box of the ticket shows."""
    shown = [str(ticket[name]) for name in ("number", "code") if ticket.get(name)]
    return tuple(
        line
        for line in lines
        if not any(one in line and len(line) - len(one) <= LABEL_LENGTH for one in shown)
    )


def telephones(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers in ``lines`` that one can ring, as many as there may be options."""
    found = dict.fromkeys(number for line in lines for number in _TELEPHONE.findall(line))
    return tuple(found)[:CHOICES_A_SCREEN]


def batches(choices: tuple[Choice, ...]) -> list[tuple[Choice, ...]]:
    """Return the options in screenfuls; where there are more, one place is left for “more”."""
    if len(choices) <= CHOICES_A_SCREEN:
        return [choices]
    step = CHOICES_A_SCREEN - 1
    return [choices[start : start + step] for start in range(0, len(choices), step)]


def _pages(text: str) -> list[tuple[str, ...]]:
    pages: list[tuple[str, ...]] = []
    page: list[str] = []
    for line in short_lines(text):
        if page and sum(map(len, page)) + len(line) > SCREEN_LENGTH:
            pages.append(tuple(page))
            page = []
        page.append(line)
    return [*pages, tuple(page)] if page else pages


def short_lines(text: str) -> list[str]:
    """Return the lines of ``text``, a long one cut between sentences."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [piece for line in lines for piece in _sentences(line)]


def _sentences(line: str) -> list[str]:
    if len(line) <= SCREEN_LENGTH:
        return [line]
    pieces = [piece for piece in _SENTENCE.findall(line) if piece]
    joined = [pieces[0]]
    for piece in pieces[1:]:
        if len(joined[-1]) + len(piece) <= SCREEN_LENGTH:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
