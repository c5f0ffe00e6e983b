"""Reads the records of added documents; ``knowledge.store`` changes them."""

import hashlib
import json
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session

from knowledge.errors import NotYetInForceError, UnknownDocumentError
from knowledge.item import Audience, Passage
from knowledge.life import NEXT, DocumentStatus, Event, Move, local_day
from knowledge.reading.document import Section
from knowledge.record import DocumentRecord, Standing, aware, event_of, passage_of, recorded
from knowledge.schema import DocumentRow, EventRow, GateRow, PassageRow
from knowledge.texts import texts

STAMP_BYTES = 12
NONE: AbstractSet[str] = frozenset()
_ORDER = (
    DocumentStatus.PUBLISHED,
    DocumentStatus.APPROVED,
    DocumentStatus.REVIEW,
    DocumentStatus.DRAFT,
    DocumentStatus.REPLACED,
    DocumentStatus.EXPIRED,
    DocumentStatus.REMOVED,
)


class Shelf:
    """Everything that can be asked of the records."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, name: str, *moves: Move) -> DocumentRecord:
        """Return the document of this number, file name or title, one in force first.

        Before that comes one that can take the first of ``moves``, then the next.

        Raises:
            UnknownDocumentError: there is none.
        """
        matches = or_(
            DocumentRow.number == name, DocumentRow.file == name, DocumentRow.title == name
        )
        with Session(self._engine) as session:
            rows = session.scalars(select(DocumentRow).where(matches)).all()
            if not rows:
                raise UnknownDocumentError(name=name)
            return _record(session, min(rows, key=lambda row: _precedence(row, name, moves)))

    def records(self, *, with_removed: bool = False) -> list[DocumentRecord]:
        """Return every version of the added documents, oldest first."""
        query = select(DocumentRow).order_by(DocumentRow.added_at, DocumentRow.number)
        if not with_removed:
            query = query.where(DocumentRow.status != DocumentStatus.REMOVED)
        with Session(self._engine) as session:
            counted = select(PassageRow.document, func.count()).group_by(PassageRow.document)
            counts = {row[0]: row[1] for row in session.execute(counted)}
            return [recorded(row, counts.get(row.number, 0)) for row in session.scalars(query)]

    def due(self, now: datetime) -> list[DocumentRecord]:
        """Return the versions that were approved for a day that has come, the latest first."""
        query = select(DocumentRow).where(DocumentRow.status == DocumentStatus.APPROVED)
        with Session(self._engine) as session:
            approved = [_record(session, row) for row in session.scalars(query)]
        due = [one for one in approved if one.begins <= local_day(now)]
        return sorted(due, key=lambda one: (one.begins, one.version), reverse=True)

    def superseding(self, record: DocumentRecord) -> DocumentRecord | None:
        """Return what is published of the same document and begins later, or is a later text."""
        for one in self.versions(record.series):
            if one.status is DocumentStatus.PUBLISHED:
                begins = one.begins or local_day(one.published_at or one.changed_at)
                if (begins, one.version) > (record.begins, record.version):
                    return one
        return None

    def versions(self, series: str) -> list[DocumentRecord]:
        """Return every version of one document, the newest first."""
        query = select(DocumentRow).where(DocumentRow.series == series)
        with Session(self._engine) as session:
            rows = session.scalars(query.order_by(DocumentRow.version.desc()))
            return [_record(session, row) for row in rows]

    def history(self, series: str) -> list[Event]:
        """Return every step of a document and all its versions, the latest first."""
        query = (
            select(EventRow, DocumentRow.version)
            .join(DocumentRow, EventRow.document == DocumentRow.number)
            .where(EventRow.series == series)
            .order_by(EventRow.id.desc())
        )
        with Session(self._engine) as session:
            return [event_of(row, version) for row, version in session.execute(query)]

    def is_recognised(self, number: str) -> bool:
        """Return whether a version's words were recognised from pictures, and want checking."""
        return any(
            note.split("\n")[0] == texts().sentence("recognised", file=file)
            for note, file in self._notes_of(number).items()
        )

    def cautions(self, number: str) -> list[str]:
        """Return what of a version's file was not read, as it was noted when it came."""
        return [line for note in self._notes_of(number) for line in note.split("\n")[1:]]

    def _notes_of(self, number: str) -> dict[str, str]:
        """Return the notes of how a version's file came, each with the file's name."""
        query = (
            select(EventRow.note, DocumentRow.file)
            .join(DocumentRow, EventRow.document == DocumentRow.number)
            .where(EventRow.document == number, EventRow.move.in_([Move.ADD, Move.RESTORE]))
        )
        with Session(self._engine) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def gates(self, number: str) -> list[dict[str, Any]]:
        """Return the runs of the golden questions for a version, the latest first."""
        query = select(GateRow).where(GateRow.document == number).order_by(GateRow.id.desc())
        with Session(self._engine) as session:
            return [
                {
                    **json.loads(row.report),
                    "actor": row.actor,
                    "override": row.override,
                    "at": aware(row.at).isoformat(),
                }
                for row in session.scalars(query)
            ]

    def sections(self, number: str) -> list[Section]:
        """Return the parsed clauses of one document, for a person to review."""
        query = (
            select(PassageRow).where(PassageRow.document == number).order_by(PassageRow.position)
        )
        with Session(self._engine) as session:
            return [
                Section(
                    text=row.text,
                    label=row.label,
                    context=row.context,
                    question=row.question,
                    service=row.service,
                    facet=row.facet,
                )
                for row in session.scalars(query)
            ]

    def stamp(self) -> int:
        """Return a number that grows with every step of any document; cheap to ask."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(EventRow.id))) or 0

    def standing(self, now: datetime) -> Standing:
        """Return what may be quoted at this moment."""
        day = local_day(now)
        columns = (
            DocumentRow.number, DocumentRow.series, DocumentRow.audience, DocumentRow.status,
            DocumentRow.expires, DocumentRow.published_at, DocumentRow.title,
            DocumentRow.official_number,
        )  # fmt: skip
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns)).all()
        live = [
            row
            for row in rows
            if row.status == DocumentStatus.PUBLISHED and not (row.expires and row.expires < day)
        ]
        by_series = {row.series: row.number for row in live}
        ended = {
            name
            for row in rows
            if row.published_at and row.series not in by_series
            for name in (row.title, row.official_number)
        }
        return Standing(
            audiences={row.number: Audience(row.audience) for row in live},
            successors={
                row.number: by_series[row.series]
                for row in rows
                if row.status == DocumentStatus.REPLACED and row.series in by_series
            },
            ended=frozenset(ended)
            - {name for row in live for name in (row.title, row.official_number)}
            - {""},
        )

    def check_begun(
        self, record: DocumentRecord, now: datetime, *, beside: Collection[DocumentRecord] = ()
    ) -> None:
        """Refuse a version that begins later while another one of the same document is in force.

        It would replace that one at once, and nothing would tell today's rule. ``beside`` are
        published with it.

        Raises:
            NotYetInForceError: publish it on its day.
        """
        today = local_day(now)
        if record.begins <= today:
            return
        others = [one for one in beside if one.series == record.series]
        for one in self.versions(record.series):
            is_in_force = not (one.expires and one.expires < today)
            if one.status is DocumentStatus.PUBLISHED and is_in_force:
                others.append(one)
        if any(one.number != record.number and one.begins <= today for one in others):
            raise NotYetInForceError(title=record.title, begins=texts().begins(record.begins))

    def passages(
        self, now: datetime, *, publishing: AbstractSet[str] = NONE, number: str = ""
    ) -> list[Passage]:
        """Return the passages of every document in force, or of one, oldest document first.

        With ``publishing`` they are what they would be if those versions were published now.
        """
        query = (
            select(PassageRow, DocumentRow)
            .join(DocumentRow, PassageRow.document == DocumentRow.number)
            .where(_in_force(now, publishing))
            .order_by(DocumentRow.added_at, DocumentRow.number, PassageRow.position)
        )
        if number:
            query = query.where(DocumentRow.number == number)
        with Session(self._engine) as session:
            return [
                passage_of(row, document, now) for row, document in session.execute(query).all()
            ]

    def in_force(
        self, now: datetime, *, publishing: AbstractSet[str] = NONE
    ) -> list[tuple[str, str]]:
        """Return number and stamp of every document in force, oldest first.

        The stamp changes whenever what is answered from the document may have changed.
        """
        table = DocumentRow.__table__
        query = (
            select(table)
            .where(_in_force(now, publishing))
            .order_by(DocumentRow.added_at, DocumentRow.number)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        today = local_day(now)
        return [(row.number, _stamp(tuple(row), row.status, today)) for row in rows]


def _in_force(now: datetime, publishing: AbstractSet[str]) -> ColumnElement[bool]:
    in_force = and_(DocumentRow.status == DocumentStatus.PUBLISHED, lasts(local_day(now)))
    if not publishing:
        return in_force
    chosen = DocumentRow.number.in_(publishing)
    others = DocumentRow.series.not_in(select(DocumentRow.series).where(chosen))
    return or_(and_(in_force, others), chosen)


def _stamp(values: tuple[object, ...], status: str, today: str) -> str:
    """Return a hash of all that is kept of a document; one not published yet is dated today."""
    day = "" if status == DocumentStatus.PUBLISHED else today
    return hashlib.blake2b(repr((*values, day)).encode(), digest_size=STAMP_BYTES).hexdigest()


def lasts(day: str) -> ColumnElement[bool]:
    """Return the condition that a document's last day has not passed."""
    return or_(DocumentRow.expires == "", DocumentRow.expires >= day)


def _precedence(row: DocumentRow, name: str, moves: Sequence[Move]) -> tuple[bool, int, int, int]:
    """By its number a version is meant exactly; by its name the one in force, or the newest."""
    status = DocumentStatus(row.status)
    ready = next((at for at, move in enumerate(moves) if move in NEXT[status]), len(moves))
    return row.number != name, ready, _ORDER.index(status), -row.version


def _record(session: Session, row: DocumentRow) -> DocumentRecord:
    query = select(func.count()).where(PassageRow.document == row.number)
    return recorded(row, session.scalar(query) or 0)
