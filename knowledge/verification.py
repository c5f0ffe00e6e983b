"""Verifies a receipt: is it this question, do its clauses stand, is the same told again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.answer import Answer
from knowledge.answerer import Answerer
from knowledge.desk import Desk
from knowledge.errors import StaleIndexError, UnknownDocumentError
from knowledge.guard import Ward, resting_on
from knowledge.item import Audience, Passage
from knowledge.library import Library
from knowledge.life import local_day
from knowledge.receipts import Receipt, Receipts, clauses_of, owner_of, told_of
from knowledge.records import ClauseRow
from knowledge.snapshot import Snapshot


class Match(StrEnum):
    """Whether a question is the one that the receipt was given for."""

    SAME = "same"
    OTHER = "other"
    NOT_SHOWN = "not_shown"


class Fate(StrEnum):
    """What has become of a clause that was told."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


class Basis(StrEnum):
    """What the question was asked again of."""

    IN_USE = "in_use"  # the index of the receipt, which still serves
    KEPT = "kept"  # the index of the receipt, which was replaced since
    NEWER = "newer"  # the index of today: that of the receipt is gone, or its items have changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseVerdict:
    """One cited clause, then and now."""

    document: str
    label: str
    quote: str
    fate: Fate
    now: str = ""  # the words that stand in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What can be said of a receipt."""

    receipt: Receipt
    question: Match
    basis: Basis
    clauses: tuple[ClauseVerdict, ...]
    is_told_again: bool | None  # None: nothing was asked, for the question is another or not shown
    has_same_thresholds: bool


def verify(desk: Desk, receipts: Receipts, name: str, question: str | None) -> Verdict:
    """Return what can be said of a receipt, and ask its question again where it is known.

    Raises:
        UnknownReceiptError: there is no such receipt.
    """
    receipt = receipts.find(name)
    clauses = clause_verdicts(desk, receipt, receipts.archived())
    library, basis = _library(desk, receipt)
    asked = _asked(library, receipts, receipt, question)
    # as of that day, for what was still to come then may be in force now
    answerer = Answerer(library, Ward(home=desk.area, day=local_day(receipt.at)))
    again = None if asked is None else _again(answerer, receipt, asked)
    return Verdict(
        receipt=receipt,
        question=_match(question, asked),
        basis=basis,
        clauses=clauses,
        is_told_again=None if again is None or receipt.held else _is_same(receipt, again),
        has_same_thresholds=dict(answerer.ground.thresholds) == dict(receipt.thresholds),
    )


def clause_verdicts(
    desk: Desk, receipt: Receipt, archived: Mapping[str, ClauseRow]
) -> tuple[ClauseVerdict, ...]:
    """Return what has become of each clause of a receipt, in the order of citation."""
    current = standing_clauses(desk, receipt.audience)
    found = []
    for told in receipt.clauses:
        row = archived[told.clause]
        fate, now = fate_of(desk, row, current)
        quote = row.text[told.start : told.start + told.length]
        found.append(
            ClauseVerdict(document=row.document, label=row.label, quote=quote, fate=fate, now=now)
        )
    return tuple(found)


def standing_clauses(desk: Desk, audience: Audience) -> dict[str, Passage]:
    """Return by their hashes the clauses that somebody of this audience may be told now."""
    ended = desk.documents.standing(desk.clock()).ended
    silent = resting_on(ended, desk.items)
    return clauses_of(
        [
            one
            for one in desk.passages()
            if audience.may_see(one.audience) and (one.owner or owner_of(one.id) not in silent)
        ]
    )


def fate_of(desk: Desk, row: ClauseRow, current: Mapping[str, Passage]) -> tuple[Fate, str]:
    """Return what has become of a clause, and the words that stand in its place.

    The same words under another number or title are the same. What has a clause's number now
    stands in its place, unless these are words that another clause had before, or it is
    not in force yet.
    """
    if row.hash in current:
        return Fate.SAME, ""
    owners = _owners(desk, row.owner)
    places = [one for one in current.values() if owner_of(one.id) in owners]
    if any(one.text == row.text for one in places):
        return Fate.SAME, ""
    before = {one.text for one in desk.documents.sections(row.owner)}
    same_place = [one for one in places if one.label == row.label and row.label]
    by_id = [one for one in places if one.id == row.passage]
    today = local_day(desk.clock())
    for one in (*same_place, *by_id):
        if one.text not in before and not one.is_to_come(today):
            return Fate.CHANGED, one.text
    return Fate.GONE, ""


def _owners(desk: Desk, owner: str) -> set[str]:
    """Return the item, or every version of the document, that a clause belonged to."""
    try:
        series = desk.documents.find(owner).series
    except UnknownDocumentError:
        return {owner}
    return {record.number for record in desk.documents.versions(series)}


def _asked(
    library: Library, receipts: Receipts, receipt: Receipt, question: str | None
) -> str | None:
    """Return the words to ask again; empty for an item that was chosen without words."""
    if receipts.digest("") == receipt.asked:
        return ""
    if question is None:
        return None
    return receipts.matching(question, receipt, subject=library.title_of(receipt.item))


def _match(question: str | None, asked: str | None) -> Match:
    if question is None:
        return Match.NOT_SHOWN
    return Match.OTHER if asked is None else Match.SAME


def _library(desk: Desk, receipt: Receipt) -> tuple[Library, Basis]:
    """Return the index to ask again.

    Guides are said from the items of today, so an older index serves only while its items are
    those of today.
    """
    model = desk.embedder.model_id
    library = desk.library()
    if library.name == receipt.snapshot:
        return library, Basis.IN_USE
    try:
        snapshot = desk.snapshots.load(receipt.snapshot, model=model)
    except StaleIndexError:
        return library, Basis.NEWER
    if _items(snapshot.passages) != _items(library.passages):
        return library, Basis.NEWER
    return _opened(desk, snapshot), Basis.KEPT


def _opened(desk: Desk, snapshot: Snapshot) -> Library:
    return desk.opened(snapshot)


def _items(passages: Sequence[Passage]) -> list[Passage]:
    return [passage for passage in passages if not passage.owner]


def _again(answerer: Answerer, receipt: Receipt, asked: str) -> Answer:
    if asked:
        return answerer.answer(
            asked,
            audience=receipt.audience,
            item=receipt.item or None,
            is_enquiry=receipt.is_enquiry,
        )
    if receipt.facet is not None:
        return answerer.facet(receipt.item, receipt.facet, audience=receipt.audience)
    return answerer.item(receipt.item, audience=receipt.audience)


def _is_same(receipt: Receipt, again: Answer) -> bool:
    """Return whether the same words of the same clauses are cited, or it is refused again.

    A passage of a new version has another id, and the same words.
    """
    cited = tuple(replace(told_of(citation), passage="") for citation in again.citations)
    before = tuple(replace(told, passage="") for told in receipt.clauses)
    return again.outcome is receipt.outcome and cited == before
