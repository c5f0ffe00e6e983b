"""Corrections (更正): who was told a clause that is no longer what it was, and telling them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from knowledge.desk import Desk
from knowledge.errors import UnknownDocumentError
from knowledge.item import Audience
from knowledge.receipts import Receipt, Receipts
from knowledge.records import ClauseRow, NoticeRow
from knowledge.texts import texts
from knowledge.verification import Fate, fate_of, standing_clauses

HERE = ZoneInfo("Asia/Shanghai")
SHOWN = 120  # characters of a clause in a letter


class Letters(Protocol):
    """Whoever brings a letter to a conversation."""

    def send(self, key: str, conversation: str, text: str) -> bool:
        """Hand it over; False where nobody is there any more.

        Raises:
            NewsError: try again.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was told a clause, when last, and by which receipt."""

    conversation: str
    at: datetime
    receipt: str
    is_informed: bool = False  # since then


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A clause that was told and is no longer so, with those of one audience who were told."""

    clause: str
    document: str
    label: str
    then: str
    fate: Fate
    now: str  # only words that this audience may see
    people: tuple[Person, ...]

    @property
    def conversations(self) -> tuple[str, ...]:
        """Those who were told."""
        return tuple(one.conversation for one in self.people)

    @property
    def informed(self) -> int:
        """How many of them know already."""
        return sum(one.is_informed for one in self.people)

    @property
    def told_at(self) -> datetime:
        """When somebody was told last."""
        return max(one.at for one in self.people)

    def letter(self, told_at: datetime) -> str:
        """Return what somebody who was told then is told now; their question is not known here."""
        says = texts()
        day = told_at.astimezone(HERE)
        return says.sentence(
            f"correction_{self.fate}",
            date=says.sentence("day", month=day.month, day=day.day),
            clause=says.sentence("document", title=self.document) + self.label,
            then=_brief(self.then),
            now=_brief(self.now),
        )


class Corrections:
    """Finds what was told and is no longer so, and tells each conversation once."""

    def __init__(self, desk: Desk, receipts: Receipts, engine: Engine) -> None:
        self._desk, self._receipts, self._engine = desk, receipts, engine

    def due(self, name: str = "") -> list[Correction]:
        """Return the corrections about a clause, document or item; without a name all of them.

        ``name`` is a document's number, file or title, an item's id, or a clause's hash.

        Raises:
            UnknownDocumentError: nothing of this name was ever told.
        """
        archived = self._receipts.archived()
        named = [row for row in archived.values() if not name or name in self._names(row)]
        if name and not named:
            raise UnknownDocumentError(name=name)
        told = self._told({row.hash for row in named})
        ordered = sorted(named, key=lambda row: (row.document, row.passage))
        return [
            correction
            for audience in Audience
            if told[audience]
            for correction in self._of(audience, ordered, told[audience])
        ]

    def _of(
        self, audience: Audience, rows: Sequence[ClauseRow], told: Mapping[str, dict[str, Receipt]]
    ) -> Iterator[Correction]:
        """Yield what is no longer so for one audience, which may not see what another one may."""
        current = standing_clauses(self._desk, audience)
        for row in rows:
            if row.hash not in told:
                continue
            fate, now = fate_of(self._desk, row, current)
            if fate is not Fate.SAME:
                yield self._correction(row, fate, now, told[row.hash])

    def send(self, corrections: Sequence[Correction], letters: Letters, now: datetime) -> int:
        """Tell everybody who does not know yet; return how many letters went out.

        Doing it again, or after a fault in the middle, tells nobody twice; who was told the old
        words once more since then hears of it once more.

        Raises:
            NewsError: the gateway is away; those told so far are noted.
        """
        count = 0
        for correction in corrections:
            for person in correction.people:
                if person.is_informed:
                    continue
                key = f"clause:{correction.clause}:{person.conversation}:{person.receipt}"
                count += letters.send(key, person.conversation, correction.letter(person.at))
                self._note(correction.clause, person.conversation, now)
        return count

    def _names(self, row: ClauseRow) -> set[str]:
        names = {row.hash, row.passage, row.owner, row.document}
        try:
            record = self._desk.documents.find(row.owner)
        except UnknownDocumentError:
            return names
        return names | {record.file, record.title, record.series, record.official_number} - {""}

    def _told(self, wanted: set[str]) -> dict[Audience, dict[str, dict[str, Receipt]]]:
        """Return by audience and clause the last receipt of each conversation that was told."""
        found: dict[Audience, dict[str, dict[str, Receipt]]] = {one: {} for one in Audience}
        for receipt in self._receipts.told(wanted) if wanted else ():
            if not receipt.conversation:
                continue
            for clause in {told.clause for told in receipt.clauses} & wanted:
                people = found[receipt.audience].setdefault(clause, {})
                people[receipt.conversation] = receipt
        return found

    def _correction(
        self, row: ClauseRow, fate: Fate, now: str, told: Mapping[str, Receipt]
    ) -> Correction:
        informed = self._informed(row.hash)
        people = tuple(
            Person(
                conversation=conversation,
                at=receipt.at,
                receipt=receipt.id,
                is_informed=conversation in informed and informed[conversation] >= receipt.at,
            )
            for conversation, receipt in told.items()
        )
        return Correction(
            clause=row.hash,
            document=row.document,
            label=row.label,
            then=row.text,
            fate=fate,
            now=now,
            people=people,
        )

    def _informed(self, clause: str) -> dict[str, datetime]:
        """Return when each conversation was informed of a clause last."""
        query = select(NoticeRow.conversation, NoticeRow.at).where(NoticeRow.clause == clause)
        with Session(self._engine) as session:
            return {row.conversation: row.at for row in session.execute(query)}

    def _note(self, clause: str, conversation: str, now: datetime) -> None:
        with Session(self._engine) as session, session.begin():
            session.merge(NoticeRow(clause=clause, conversation=conversation, at=now))


def _brief(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"
