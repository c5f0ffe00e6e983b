"""The records of added documents: their versions, passages, status, and who may see them."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.errors import (
    AlreadyBegunError,
    AudienceError,
    ExpiredDocumentError,
    MoveError,
)
from knowledge.item import Audience
from knowledge.life import (
    ACTOR_LENGTH,
    NOTE_LENGTH,
    PUBLISHING,
    DocumentStatus,
    Move,
    Terms,
    local_day,
    moved,
)
from knowledge.reading.document import Document
from knowledge.record import DocumentRecord, passage_rows, recorded
from knowledge.schema import DocumentRow, EventRow, GateRow, PassageRow
from knowledge.shelf import Shelf, lasts
from knowledge.texts import texts

SYSTEM = "system"  # who acts where a date has come, or a version takes another's place


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who makes a step, when, and why."""

    actor: str
    note: str
    at: datetime


class DocumentStore(Shelf):
    """Keeps added documents; one transaction for every change, each with its event."""

    def add(
        self,
        document: Document,
        terms: Terms,
        *,
        now: datetime,
        actor: str = SYSTEM,
        series: str = "",
    ) -> DocumentRecord:
        """Store a file as a draft, and return it.

        It is a new version of the document ``series``, or of the one of the same file name.
        The same file again changes nothing, but reads a draft anew and restores a removed one;
        what a person has corrected stays, and what was for workers stays theirs, in its next
        version too.

        Raises:
            AudienceError: it is for workers now, and was shown to residents when it came before.
        """
        # the same file at the same moment from somebody else: then they have stored it
        with suppress(IntegrityError), Session(self._engine) as session, session.begin():
            self._store(session, document, terms, now=now, actor=actor, series=series)
        return self.find(document.digest[:12])

    def _store(
        self,
        session: Session,
        document: Document,
        terms: Terms,
        *,
        now: datetime,
        actor: str,
        series: str,
    ) -> None:
        number, source = document.digest[:12], document.file
        if document.is_recognised:
            source = texts().sentence("recognised", file=document.file)
        for kind, found in document.cautions:
            source += "\n" + texts().command(f"caution_{kind}", title=terms.title, found=found)
        known = session.get(DocumentRow, number)
        if known is None:
            session.add(self._new(session, document, terms, now=now, series=series))
            session.flush()
            _note(session, number, Move.ADD, "", Step(actor=actor, note=source, at=now))
        elif known.status == DocumentStatus.REMOVED:
            _move(session, number, Move.RESTORE, Step(actor=actor, note=source, at=now))
        if known is None or known.status == DocumentStatus.DRAFT:
            again = _terms_next if known is None else _terms_again
            kept = again(session, known or session.get_one(DocumentRow, number), terms)
            _set_terms(session, number, kept, now)
            session.execute(delete(PassageRow).where(PassageRow.document == number))
            session.add_all(passage_rows(number, document.sections))
        elif terms.audience is Audience.WORKER and known.audience == Audience.PUBLIC:
            raise AudienceError(title=known.title, status=texts().label(known.status))

    def _new(
        self, session: Session, document: Document, terms: Terms, *, now: datetime, series: str
    ) -> DocumentRow:
        number, file = document.digest[:12], document.file[:255]
        if not series:
            same_name = select(DocumentRow.series).where(DocumentRow.file == file)
            series = session.scalar(same_name.order_by(DocumentRow.added_at.desc())) or number
        latest = select(func.max(DocumentRow.version)).where(DocumentRow.series == series)
        return DocumentRow(
            **asdict(terms),
            number=number,
            series=series,
            version=(session.scalar(latest) or 0) + 1,
            file=file,
            digest=document.digest,
            status=DocumentStatus.DRAFT,
            added_at=now,
            changed_at=now,
        )

    def edit(self, name: str, terms: Terms, *, actor: str, now: datetime) -> DocumentRecord:
        """Correct what was read of a document that is not published yet.

        Raises:
            UnknownDocumentError: there is none of this name.
            MoveError: it is published, or was.
            TermsError: a document cannot have these terms.
        """
        record = self.find(name)
        changes = terms.checked().changes_from(record.terms)
        if not changes:
            return record
        note = json.dumps(changes, ensure_ascii=False)
        with Session(self._engine) as session, session.begin():
            _move(session, record.number, Move.EDIT, Step(actor=actor, note=note, at=now))
            _set_terms(session, record.number, terms, now)
        return self.find(record.number)

    def move(
        self,
        name: str,
        move: Move,
        *,
        actor: str,
        now: datetime,
        note: str = "",
        seen: DocumentRecord | None = None,
    ) -> DocumentRecord:
        """Take a document one step on; publishing it replaces the version in force.

        ``seen`` is the version as it was when somebody decided on the step.

        Raises:
            UnknownDocumentError: there is none of this name.
            MoveError: the step does not lead on from where the document is, or it has changed
                since it was ``seen``.
            ExpiredDocumentError: its last day has passed, so it cannot be published.
            NotYetInForceError: it begins later, and another version is in force until then.
            AlreadyBegunError: it is approved for its day, and in force already.
        """
        record = self.find(name)
        if move is Move.APPROVE:
            moved(record.status, move)
            if record.begins <= local_day(now):
                raise AlreadyBegunError(title=record.title)
        if move in PUBLISHING and record.expires and record.expires < local_day(now):
            raise ExpiredDocumentError(title=record.title, date=record.expires)
        if move in PUBLISHING:
            self.check_begun(record, now)
        with Session(self._engine) as session, session.begin():
            _move(session, record.number, move, Step(actor=actor, note=note, at=now), seen)
            if move in PUBLISHING:
                for other in _in_force(session, record.series, record.number):
                    by = texts().label("version").format(version=record.version)
                    _move(session, other, Move.REPLACE, Step(actor=actor, note=by, at=now))
        return self.find(record.number)

    def publish(
        self, name: str, now: datetime, *, actor: str = SYSTEM, note: str = ""
    ) -> DocumentRecord:
        """Make a document answerable at once, through every step that leads there.

        Raises:
            UnknownDocumentError: there is none of this name.
            ExpiredDocumentError: its last day has passed.
            NotYetInForceError: it begins later, and another version is in force until then.
        """
        record = self.find(name)
        ways = {
            DocumentStatus.DRAFT: (Move.SUBMIT, Move.PUBLISH),
            DocumentStatus.REVIEW: (Move.PUBLISH,),
            DocumentStatus.APPROVED: (Move.PUBLISH,),
            DocumentStatus.REPLACED: (Move.ROLL_BACK,),
            DocumentStatus.EXPIRED: (Move.RESTORE, Move.SUBMIT, Move.PUBLISH),
            DocumentStatus.REMOVED: (Move.RESTORE, Move.SUBMIT, Move.PUBLISH),
        }
        for step in ways.get(record.status, ()):
            why = note if step in PUBLISHING else ""
            record = self.move(record.number, step, actor=actor, now=now, note=why)
        return record

    def remove(self, name: str, now: datetime, *, actor: str = SYSTEM) -> DocumentRecord:
        """Take a document, by number, file name or title, out of every later answer.

        Raises:
            UnknownDocumentError: there is none of this name.
        """
        record = self.find(name)
        if record.status is DocumentStatus.REMOVED:
            return record
        return self.move(record.number, Move.REMOVE, actor=actor, now=now)

    def note_gate(
        self, number: str, report: Mapping[str, Any], *, actor: str, override: str, now: datetime
    ) -> None:
        """Keep a run of the golden questions, and why somebody published in spite of it."""
        row = GateRow(
            document=number,
            live=report["live"],
            candidate=report["candidate"],
            is_passed=report["is_passed"],
            actor=actor[:ACTOR_LENGTH] or SYSTEM,
            override=override[:NOTE_LENGTH],
            report=json.dumps(report, ensure_ascii=False),
            at=now,
        )
        with Session(self._engine) as session, session.begin():
            session.add(row)

    def expire_due(self, now: datetime) -> list[DocumentRecord]:
        """Note the end of those whose last day has passed; answers do not wait for it."""
        due = select(DocumentRow.number).where(
            DocumentRow.status == DocumentStatus.PUBLISHED, ~lasts(local_day(now))
        )
        with Session(self._engine) as session:
            numbers = session.scalars(due).all()
        ended = []
        for one in numbers:
            with suppress(MoveError):  # another process was faster
                ended.append(self.move(one, Move.EXPIRE, actor=SYSTEM, now=now))
        return ended


def _in_force(session: Session, series: str, but: str) -> Sequence[str]:
    return session.scalars(
        select(DocumentRow.number).where(
            DocumentRow.series == series,
            DocumentRow.number != but,
            DocumentRow.status == DocumentStatus.PUBLISHED,
        )
    ).all()


def _move(
    session: Session, number: str, move: Move, step: Step, seen: DocumentRecord | None = None
) -> None:
    row = session.get_one(DocumentRow, number)
    before = seen.status if seen else DocumentStatus(row.status)
    after = moved(before, move)
    changed = update(DocumentRow).where(DocumentRow.number == number, DocumentRow.status == before)
    if seen:
        changed = changed.where(DocumentRow.changed_at == seen.changed_at)
    values: dict[str, Any] = {"status": after, "changed_at": step.at}
    if move in PUBLISHING:
        values["published_at"] = step.at
    made = session.connection().execute(changed.values(**values))
    if made.rowcount != 1:  # somebody else was faster
        session.refresh(row)
        says = texts()
        raise MoveError(status=says.label(row.status), move=says.label(f"move_{move}"))
    session.expire(row)
    _note(session, number, move, before, step)


def _note(session: Session, number: str, move: Move, before: str, step: Step) -> None:
    row = session.get_one(DocumentRow, number)
    session.add(
        EventRow(
            document=number,
            series=row.series,
            move=move,
            before=before,
            after=row.status,
            actor=step.actor[:ACTOR_LENGTH] or SYSTEM,
            note=step.note[:NOTE_LENGTH],
            at=step.at,
        )
    )


def _terms_next(session: Session, new: DocumentRow, read: Terms) -> Terms:
    """Return the terms of a new version: the workers' own where the document is.

    That is the version in force, and the newest that was not thrown away, if there is one.
    """
    thrown = DocumentRow.status == DocumentStatus.REMOVED
    query = (
        select(DocumentRow)
        .where(DocumentRow.series == new.series, DocumentRow.number != new.number)
        .order_by(thrown, DocumentRow.version.desc())
    )
    before = session.scalars(query).all()
    in_force = [one for one in before if one.status == DocumentStatus.PUBLISHED]
    is_for_workers = any(one.audience == Audience.WORKER for one in [*before[:1], *in_force])
    return replace(read, audience=Audience.WORKER) if is_for_workers else read


def _terms_again(session: Session, known: DocumentRow, read: Terms) -> Terms:
    """Return the terms of a draft whose file came again."""
    edits = select(EventRow.id).where(
        EventRow.document == known.number, EventRow.move == Move.EDIT
    )
    before = recorded(known, 0).terms
    terms = before if session.scalar(edits.limit(1)) is not None else read
    is_for_workers = Audience.WORKER in {before.audience, read.audience}
    return replace(terms, audience=Audience.WORKER) if is_for_workers else terms


def _set_terms(session: Session, number: str, terms: Terms, now: datetime) -> None:
    values = asdict(terms) | {"changed_at": now}
    session.execute(update(DocumentRow).where(DocumentRow.number == number).values(**values))
