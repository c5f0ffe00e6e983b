"""What of an answer stands around its quotes: the title above, where it stands and as of when.

A language model gets the quotes of the cited clauses alone. What an answer says besides (that
another document disagrees, that something is invented, that a table does not tell it) would be
lost in its words, and so would what a person reads to know which of two documents is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.answer import Answer
from knowledge.item import Citation
from knowledge.texts import Texts, texts

_GAP = "\u0000"


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines that stay around an answer whose quotes are said in other words."""

    above: tuple[str, ...]
    below: tuple[str, ...]


def frame_of(answer: Answer) -> Frame | None:
    """Return the frame of an answer; None if it may be said in no other words than its own.

    It may where it quotes one document, under one title at most, and says nothing else than
    quotes, what they rest on, and of which day that is.
    """
    says = texts()
    is_of_one = len({one.document for one in answer.citations}) == 1
    if not is_of_one or _is_demonstration(answer, says):
        return None
    above: list[str] = []
    below: list[str] = []
    for line in answer.text.splitlines():
        title, rest = _titled(line, says)
        above += [title] if title else []
        if _is_note(rest, says):
            below.append(rest)
        elif not _is_quoted(rest, answer.citations, says):
            return None
    return Frame(tuple(above), tuple(below)) if len(above) <= 1 else None


def basis_of(citations: Sequence[Citation]) -> str:
    """Return the line that names the cited clauses."""
    says = texts()
    named = dict.fromkeys(
        says.sentence("document", title=one.document) + one.clause for one in citations
    )
    return says.sentence("basis", basis=says.sentence("joiner").join(named))


def is_basis(line: str) -> bool:
    """Return whether a line names what an answer rests on."""
    return _is_of(line, "basis", texts(), basis=_GAP)


def _is_demonstration(answer: Answer, says: Texts) -> bool:
    told = [answer.text, *(f"{one.source}{one.document}{one.text}" for one in answer.citations)]
    return any(says.label("demonstration") in one for one in told)


def _titled(line: str, says: Texts) -> tuple[str, str]:
    """Return the title that a line begins with, and what is left of the line."""
    begin, end = says.sentence("card_heading", title=_GAP).split(_GAP)
    before, is_there, rest = line.partition(end)
    if not is_there or not line.startswith(begin):
        return "", line
    is_alone = rest.endswith(_between("facet", "label", "value", says))  # a list is below
    return (line, "") if is_alone else (before + end, rest)


def _is_note(line: str, says: Texts) -> bool:
    return is_basis(line) or _is_of(line, "checked", says, date=_GAP)


def _is_of(line: str, key: str, says: Texts, **gap: str) -> bool:
    begin, end = says.sentence(key, **gap).split(_GAP)
    return line.startswith(begin) and line.endswith(end)


def _is_quoted(line: str, citations: Sequence[Citation], says: Texts) -> bool:
    return any(
        reading.strip() in one.quote for reading in _readings(line, says) for one in citations
    )


def _readings(line: str, says: Texts) -> Iterator[str]:
    """Yield what a line may quote: all of it, or what stands after its number or its label."""
    yield line
    for key, before in (("numbered", "number"), ("facet", "label")):
        yield line.partition(_between(key, before, "value", says))[2] or line


def _between(key: str, before: str, after: str, says: Texts) -> str:
    """Return what stands between two details of a sentence."""
    return says.sentence(key, **{before: _GAP, after: _GAP}).split(_GAP)[1]
