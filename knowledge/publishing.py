"""Takes a document on: withdrawing at once, publishing only through the gate."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.answerer import Answerer
from knowledge.desk import Desk
from knowledge.differences import Change, differences
from knowledge.errors import EvaluationError, ExpiredDocumentError, SupersededError
from knowledge.gate import Gate, Progress, Report
from knowledge.golden import golden_cases
from knowledge.guard import Guard, Ward, resting_on
from knowledge.life import PUBLISHING, DocumentStatus, Move, local_day, moved
from knowledge.record import DocumentRecord
from knowledge.store import SYSTEM
from knowledge.texts import texts

logger = logging.getLogger(__name__)


def _silent(done: int, total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of an attempt to publish."""

    record: DocumentRecord
    report: Report

    @property
    def is_published(self) -> bool:
        """Whether the version answers from now on."""
        return self.record.status is DocumentStatus.PUBLISHED

    def as_json(self) -> dict[str, Any]:
        """Return the attempt as JSON values."""
        return {
            "document": self.record.as_json(),
            "report": self.report.as_json(),
            "is_published": self.is_published,
        }


class Publishing:
    """Moves documents for a person, and brings the index in line."""

    def __init__(self, desk: Desk, live: Callable[[], Answerer] | None = None) -> None:
        """Compare with ``live``, or else with the index that the desk opens itself."""
        self.desk, self._gate = desk, Gate()
        self._guard = Guard(lambda: desk.documents, desk.items, desk.clock, desk.area)
        self._live = live or self._opened

    def _opened(self) -> Answerer:
        return Answerer(self.desk.library(), self._guard.ward())

    def move(self, name: str, move: Move, *, actor: str, note: str = "") -> DocumentRecord:
        """Take a step that publishes nothing; what is withdrawn is out of answers at once.

        Raises:
            ValueError: the step publishes.
            UnknownDocumentError: there is no such document.
            MoveError: the step does not lead on from where the document is.
        """
        if move in PUBLISHING:
            raise ValueError(move)
        documents = self.desk.documents
        was = documents.find(name, move)
        record = documents.move(was.number, move, actor=actor, now=self.desk.clock(), note=note)
        if was.status is DocumentStatus.PUBLISHED:
            if move is Move.REMOVE:
                self._return_approved(was.series)
            self.desk.build()
        return record

    def _return_approved(self, series: str) -> None:
        """Let nothing that was approved bring a document back that somebody removed."""
        for one in self.desk.documents.versions(series):
            if one.status is DocumentStatus.APPROVED:
                self._return(one, texts().sentence("current_was_removed"))

    def check(
        self, name: str, *, actor: str, progress: Progress = _silent, override: str = ""
    ) -> Report:
        """Ask the golden questions as if a version were published, and keep the report.

        Raises:
            UnknownDocumentError: there is no such document.
            EvaluationError: the community's golden questions cannot be read.
        """
        record = self.desk.documents.find(name)
        return self._checked([record], actor, override, progress)

    def _checked(
        self, records: Sequence[DocumentRecord], actor: str, override: str, progress: Progress
    ) -> Report:
        cases = golden_cases(self.desk.home)
        latest = {one.series: one.number for one in records}
        library = self.desk.candidate(frozenset(latest.values()))
        candidate = Answerer(library, self._ward_with(records))
        report = self._gate.run(cases, self._live(), candidate, progress)
        for one in records:
            self.desk.documents.note_gate(
                one.number,
                report.as_json(),
                actor=actor,
                override=override if report.lost else "",
                now=self.desk.clock(),
            )
        return report

    def publish(
        self,
        name: str,
        *,
        actor: str,
        note: str = "",
        override: str = "",
        progress: Progress = _silent,
    ) -> Attempt:
        """Publish a reviewed or an earlier version, unless golden questions would be lost by it.

        ``override`` is the reason for which an administrator publishes in spite of that.

        Raises:
            UnknownDocumentError: there is no such document.
            MoveError: it is neither reviewed nor an earlier version, or was changed meanwhile.
            ExpiredDocumentError: its last day has passed.
            NotYetInForceError: it begins later, and another version is in force until then.
            EvaluationError: the community's golden questions cannot be read.
        """
        desk, record = self.desk, self.desk.documents.find(name)
        is_earlier = record.status is DocumentStatus.REPLACED
        move = Move.ROLL_BACK if is_earlier else Move.PUBLISH
        moved(record.status, move)
        if record.expires and record.expires < local_day(desk.clock()):
            raise ExpiredDocumentError(title=record.title, date=record.expires)
        desk.documents.check_begun(record, desk.clock())
        report = self.check(record.number, actor=actor, progress=progress, override=override)
        if report.lost and not override:
            return Attempt(record=record, report=report)
        told = "\n".join(filter(None, [note, override if report.lost else ""]))
        record = desk.documents.move(
            record.number, move, actor=actor, now=desk.clock(), note=told, seen=record
        )
        desk.build()
        return Attempt(record=record, report=report)

    def publish_due(self, record: DocumentRecord, progress: Progress = _silent) -> Attempt:
        """Publish a version whose day has come, or return it to those who review, and say why.

        After a fault of the index or the database it stays due.

        Raises:
            MoveError: a person was faster.
            SupersededError: a later text is published; it was returned.
            ExpiredDocumentError: its last day has passed; it was returned.
            EvaluationError: the golden questions cannot be read; it was returned.
        """
        try:
            later = self.desk.documents.superseding(record)
            if later is not None:
                raise SupersededError(title=record.title, version=later.version)
            attempt = self.publish(record.number, actor=SYSTEM, progress=progress)
        except (SupersededError, ExpiredDocumentError, EvaluationError) as error:
            self._return(record, str(error))
            raise
        if attempt.is_published:
            logger.info("%s was published on its day", record.number)
        else:
            self._return(record, texts().sentence("gate_was_not_passed"))
        return attempt

    def _return(self, record: DocumentRecord, why: str) -> None:
        logger.error("%s was approved and is not published; a person has to look", record.number)
        self.desk.documents.move(
            record.number,
            Move.RETURN,
            actor=SYSTEM,
            now=self.desk.clock(),
            note=texts().sentence("not_by_itself", reason=why),
            seen=record,
        )

    def publish_at_once(
        self,
        records: Sequence[DocumentRecord],
        *,
        actor: str,
        override: str = "",
        progress: Progress = _silent,
    ) -> list[Attempt]:
        """Publish drafts together without review, or none of them if questions would be lost.

        ``override`` is the reason for which an administrator publishes in spite of that.

        Raises:
            NotYetInForceError: one begins later, and another version is in force until then.
            EvaluationError: the community's golden questions cannot be read.
        """
        for one in records:
            self.desk.documents.check_begun(one, self.desk.clock(), beside=records)
        report = self._checked(records, actor, override, progress)
        if override or not report.lost:
            note = override if report.lost else ""
            try:
                records = [
                    self.desk.publish_at_once(one, actor=actor, note=note) for one in records
                ]
            finally:  # what is published already has to be found, whatever became of the rest
                self.desk.build()
        return [Attempt(record=one, report=report) for one in records]

    def _ward_with(self, records: Sequence[DocumentRecord]) -> Ward:
        """Return what may not be quoted once these versions are published."""
        desk = self.desk
        now = desk.clock()
        ended = desk.documents.standing(now).ended
        named = {name for one in records for name in (one.title, one.official_number)}
        silent = resting_on(ended - named, desk.items)
        return Ward(items=silent, home=desk.area, day=local_day(now))

    def changes(self, name: str, earlier: str = "") -> tuple[DocumentRecord | None, list[Change]]:
        """Return what is different from an earlier version, by default the one it replaces.

        Raises:
            UnknownDocumentError: there is no such document.
        """
        documents = self.desk.documents
        record = documents.find(name, Move.PUBLISH, Move.SUBMIT)  # of several, the one to come
        before = documents.find(earlier) if earlier else self._before(record)
        old = documents.sections(before.number) if before else []
        return before, differences(old, documents.sections(record.number))

    def _before(self, record: DocumentRecord) -> DocumentRecord | None:
        """Return the version in force, or else the latest one before this."""
        others = [
            one
            for one in self.desk.documents.versions(record.series)
            if one.number != record.number
        ]
        in_force = [one for one in others if one.status is DocumentStatus.PUBLISHED]
        older = [one for one in others if one.version < record.version]
        return next(iter([*in_force, *older]), None)

    def silenced_by(self, record: DocumentRecord) -> list[str]:
        """Return the titles of shipped items that would fall silent if a document ended."""
        standing = self.desk.documents.standing(self.desk.clock())
        names = {record.title, record.official_number} - {""}
        if record.number not in standing.audiences:
            return []
        items = self.desk.items
        return sorted(items[one].title for one in resting_on(names, items))
