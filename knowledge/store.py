"""The records of added documents: their passages, their status, and who may see them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from knowledge.errors import UnknownDocumentError
from knowledge.item import Audience, Kind, Passage
from knowledge.reading.document import Document, Section
from knowledge.schema import DocumentRow, PassageRow
from knowledge.texts import texts


class DocumentStatus(StrEnum):
    """How far an added document has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """What the list of added documents shows."""

    number: str
    file: str
    title: str
    official_number: str
    issuer: str
    issued: str
    audience: Audience
    status: DocumentStatus
    added_at: datetime
    passages: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return asdict(self) | {"added_at": self.added_at.isoformat()}


class DocumentStore:
    """Keeps added documents; one transaction for every change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, document: Document, *, audience: Audience, status: DocumentStatus, now: datetime
    ) -> DocumentRecord:
        """Store a document; an earlier one of the same file name is replaced by it."""
        number = document.digest[:12]
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(DocumentRow)
                .where(DocumentRow.file == document.file, DocumentRow.number != number)
                .values(status=DocumentStatus.REMOVED, changed_at=now)
            )
            known = session.get(DocumentRow, number)
            added_at = known.added_at if known else now
            session.execute(delete(PassageRow).where(PassageRow.document == number))
            row = DocumentRow(
                number=number,
                series=number,
                version=1,
                file=document.file[:255],
                title=document.title[:255],
                official_number=document.number[:100],
                issuer=document.issuer[:100],
                issued=document.issued,
                digest=document.digest,
                audience=audience,
                status=status,
                added_at=added_at,
                changed_at=now,
            )
            session.merge(row)
            session.flush()
            session.add_all(_passage_rows(number, document.sections))
        return self.find(number)

    def remove(self, name: str, now: datetime) -> DocumentRecord:
        """Take a document, by number, file name or title, out of every later answer.

        Raises:
            UnknownDocumentError: there is none of this name.
        """
        return self._set_status(name, DocumentStatus.REMOVED, now)

    def publish(self, name: str, now: datetime) -> DocumentRecord:
        """Make a draft answerable.

        Raises:
            UnknownDocumentError: there is none of this name.
        """
        return self._set_status(name, DocumentStatus.PUBLISHED, now)

    def _set_status(self, name: str, status: DocumentStatus, now: datetime) -> DocumentRecord:
        record = self.find(name)
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(DocumentRow)
                .where(DocumentRow.number == record.number)
                .values(status=status, changed_at=now)
            )
        return self.find(record.number)

    def find(self, name: str) -> DocumentRecord:
        """Return the document of this number, file name or title, a living one first.

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
            rows = sorted(rows, key=lambda row: row.status == DocumentStatus.REMOVED)
            return _record(session, rows[0])

    def records(self, *, with_removed: bool = False) -> list[DocumentRecord]:
        """Return the added documents, oldest first."""
        with Session(self._engine) as session:
            query = select(DocumentRow).order_by(DocumentRow.added_at)
            if not with_removed:
                query = query.where(DocumentRow.status != DocumentStatus.REMOVED)
            return [_record(session, row) for row in session.scalars(query)]

    def sections(self, number: str) -> list[Section]:
        """Return the parsed clauses of one document, for a person to review."""
        query = (
            select(PassageRow).where(PassageRow.document == number).order_by(PassageRow.position)
        )
        with Session(self._engine) as session:
            return [
                Section(text=row.text, label=row.label, context=row.context, question=row.question)
                for row in session.scalars(query)
            ]

    def passages(self) -> list[Passage]:
        """Return the passages of every published document."""
        query = (
            select(PassageRow, DocumentRow)
            .join(DocumentRow, PassageRow.document == DocumentRow.number)
            .where(DocumentRow.status == DocumentStatus.PUBLISHED)
            .order_by(DocumentRow.added_at, DocumentRow.number, PassageRow.position)
        )
        with Session(self._engine) as session:
            return [_passage(row, document) for row, document in session.execute(query).all()]


def _passage_rows(number: str, sections: Sequence[Section]) -> Iterable[PassageRow]:
    for position, section in enumerate(sections):
        yield PassageRow(
            document=number,
            position=position,
            text=section.text,
            label=section.label,
            context=section.context,
            question=section.question,
        )


def _record(session: Session, row: DocumentRow) -> DocumentRecord:
    count = len(
        session.scalars(select(PassageRow.position).where(PassageRow.document == row.number)).all()
    )
    return DocumentRecord(
        number=row.number,
        file=row.file,
        title=row.title,
        official_number=row.official_number,
        issuer=row.issuer,
        issued=row.issued,
        audience=Audience(row.audience),
        status=DocumentStatus(row.status),
        added_at=_aware(row.added_at),
        passages=count,
    )


def _aware(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _passage(row: PassageRow, document: DocumentRow) -> Passage:
    source = " ".join(
        filter(None, [document.issuer, document.official_number, _titled(document.title)])
    )
    return Passage(
        id=f"{document.number}:{row.position}",
        document=document.title,
        text=row.text,
        label=row.label,
        source=source,
        checked=_aware(document.changed_at).date().isoformat(),
        audience=Audience(document.audience),
        context=row.context,
        surfaces=(row.question,) if row.question else (),
        kind=Kind.DOCUMENT,
        owner=document.number,
    )


def _titled(title: str) -> str:
    return texts().sentence("document", title=title)


def passage_as_json(passage: Passage) -> str:
    """Return a passage as one line of a snapshot."""
    return json.dumps(asdict(passage), ensure_ascii=False)


def passage_from_json(line: str) -> Passage:
    """Return the passage of one line of a snapshot."""
    from knowledge.item import Facet

    fields = json.loads(line)
    return Passage(
        **{
            **fields,
            "audience": Audience(fields["audience"]),
            "kind": Kind(fields["kind"]),
            "facet": Facet(fields["facet"]) if fields["facet"] else None,
            "surfaces": tuple(fields["surfaces"]),
        }
    )
