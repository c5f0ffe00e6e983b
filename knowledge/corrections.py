"""Corrections (更正): who was told a clause that is no longer what it was, and telling them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from knowledge.desk import Desk
from knowledge.errors import UnknownDocumentError
from knowledge.receipts import Receipts, clauses_of
from knowledge.records import ClauseRow, NoticeRow
from knowledge.texts import texts
from knowledge.verification import Fate, fate_of

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
class Correction:
    """A clause that was told and is no longer so, with those who were told."""

    clause: str
    document: str
    label: str
    then: str
    fate: Fate
    now: str
    told_at: datetime  # the last time
    conversations: tuple[str, ...]
    informed: int  # of them, who know already

    @property
    def letter(self) -> str:
        """What they are told; their own question is not known here."""
        says = texts()
        day = self.told_at.astimezone(HERE)
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
        current = clauses_of(self._desk.passages())
        fates = {row.hash: fate_of(self._desk, row, current) for row in named}
        outdated = [row for row in named if fates[row.hash][0] is not Fate.SAME]
        told = self._told(outdated)
        return [
            self._correction(row, *fates[row.hash], *told[row.hash])
            for row in sorted(outdated, key=lambda row: (row.document, row.passage))
            if row.hash in told
        ]

    def send(self, corrections: Sequence[Correction], letters: Letters, now: datetime) -> int:
        """Tell everybody who does not know yet; return how many letters went out.

        Doing it again, or after a fault in the middle, tells nobody twice.

        Raises:
            NewsError: the gateway is away; those told so far are noted.
        """
        count = 0
        for correction in corrections:
            known = self._informed(correction.clause)
            for conversation in correction.conversations:
                if conversation in known:
                    continue
                key = f"clause:{correction.clause}:{conversation}"
                count += letters.send(key, conversation, correction.letter)
                self._note(correction.clause, conversation, now)
        return count

    def _names(self, row: ClauseRow) -> set[str]:
        names = {row.hash, row.passage, row.owner, row.document}
        try:
            record = self._desk.documents.find(row.owner)
        except UnknownDocumentError:
            return names
        return names | {record.file, record.title, record.series, record.official_number} - {""}

    def _told(self, rows: Sequence[ClauseRow]) -> dict[str, tuple[datetime, dict[str, None]]]:
        """Return for each clause when it was told last and to which conversations."""
        wanted = {row.hash for row in rows}
        found: dict[str, tuple[datetime, dict[str, None]]] = {}
        for receipt in self._receipts.told(wanted) if wanted else ():
            if not receipt.conversation:
                continue
            for clause in {told.clause for told in receipt.clauses} & wanted:
                people = found[clause][1] if clause in found else {}
                found[clause] = (receipt.at, people | {receipt.conversation: None})
        return found

    def _correction(
        self, row: ClauseRow, fate: Fate, now: str, told_at: datetime, people: dict[str, None]
    ) -> Correction:
        return Correction(
            clause=row.hash,
            document=row.document,
            label=row.label,
            then=row.text,
            fate=fate,
            now=now,
            told_at=told_at,
            conversations=tuple(people),
            informed=len(self._informed(row.hash) & set(people)),
        )

    def _informed(self, clause: str) -> set[str]:
        query = select(NoticeRow.conversation).where(NoticeRow.clause == clause)
        with Session(self._engine) as session:
            return set(session.scalars(query))

    def _note(self, clause: str, conversation: str, now: datetime) -> None:
        with Session(self._engine) as session, session.begin():
            session.merge(NoticeRow(clause=clause, conversation=conversation, at=now))


def _brief(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"
