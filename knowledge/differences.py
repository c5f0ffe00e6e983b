"""What is different between two versions of a document, clause by clause."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from knowledge.reading.document import Section

ALIKE = 0.5  # share of characters from which two clauses without a number are one that changed
WINDOW = 40  # clauses among which the counterpart is looked for
LONGEST = 4000  # characters of a clause that are compared one by one


class Difference(StrEnum):
    """What became of a clause."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a changed clause: in both versions, in the earlier or in the later one."""

    kind: Difference
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One clause in both versions; the side that lacks it is empty."""

    kind: Difference
    label: str
    context: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the change as JSON values."""
        return asdict(self)


def differences(before: Sequence[Section], after: Sequence[Section]) -> list[Change]:
    """Return every clause of both versions in reading order, with what became of it."""
    old = [(one.label, one.text) for one in before]
    new = [(one.label, one.text) for one in after]
    found: list[Change] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            found += (_change(Difference.SAME, one, one) for one in after[start:end])
        else:
            found += _paired(before[first:last], after[start:end])
    return found


def _paired(before: Sequence[Section], after: Sequence[Section]) -> Iterator[Change]:
    """Yield the clauses of two stretches that differ, each with its counterpart if it has one."""
    at = 0
    for one in after:
        near = range(at, min(at + WINDOW, len(before)))
        match = next((place for place in near if _is_same_clause(before[place], one)), None)
        if match is None:
            yield _change(Difference.ADDED, None, one)
            continue
        for gone in before[at:match]:
            yield _change(Difference.REMOVED, gone, None)
        yield _change(Difference.CHANGED, before[match], one)
        at = match + 1
    for gone in before[at:]:
        yield _change(Difference.REMOVED, gone, None)


def _is_same_clause(before: Section, after: Section) -> bool:
    if before.label and before.label == after.label and before.context == after.context:
        return True
    matcher = SequenceMatcher(None, before.text[:LONGEST], after.text[:LONGEST], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _change(kind: Difference, before: Section | None, after: Section | None) -> Change:
    shown = after or before or Section(text="")
    old, new = before.text if before else "", after.text if after else ""
    return Change(
        kind=kind,
        label=shown.label,
        context=shown.context,
        before=old,
        after=new,
        pieces=tuple(_pieces(old, new)) if kind is Difference.CHANGED else (),
    )


def _pieces(before: str, after: str) -> Iterator[Piece]:
    if max(len(before), len(after)) > LONGEST:
        yield Piece(kind=Difference.REMOVED, text=before)
        yield Piece(kind=Difference.ADDED, text=after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(kind=Difference.SAME, text=before[first:last])
            continue
        if first < last:
            yield Piece(kind=Difference.REMOVED, text=before[first:last])
        if start < end:
            yield Piece(kind=Difference.ADDED, text=after[start:end])
