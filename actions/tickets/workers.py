"""Community workers: invited once, bound to their conversation, answering for cells."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from actions.tickets.cells import Cells, load_cells
from actions.tickets.codes import new_code, parse_code
from actions.tickets.database import reading, writing
from actions.tickets.errors import InvitationError, TooManyTriesError
from actions.tickets.models import BindingRow, InvitationRow, WorkerRow, WrongTryRow

INVITATION_LENGTH = 11  # 54 bits and the check character: typed once, guessed never


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A community worker (社区工作者、网格员)."""

    id: int
    name: str
    cells: tuple[str, ...]


class WorkerRegistry:
    """Who is a worker, proved by a one-time invitation."""

    def __init__(
        self,
        engine: Engine,
        cells: Cells | None = None,
        *,
        valid_for: timedelta = timedelta(days=7),
        max_wrong: int = 5,
        wrong_within: timedelta = timedelta(hours=1),
    ) -> None:
        self._engine, self._cells = engine, cells or load_cells()
        self._valid_for, self._max_wrong, self._wrong_within = valid_for, max_wrong, wrong_within

    def invite(self, name: str, cells: Iterable[str], now: datetime) -> str:
        """Return a one-time invitation code for a new worker; it is shown this once only.

        Raises:
            UnknownCellError: One of the cells does not exist.
        """
        wanted = sorted(set(cells))
        self._cells.with_children(wanted)
        code = new_code(INVITATION_LENGTH)
        with writing(self._engine) as session:
            worker = WorkerRow(name=name, cells=wanted, created_at=now)
            session.add(worker)
            session.flush()
            session.add(
                InvitationRow(
                    digest=_digest(code), worker=worker.id, expires_at=now + self._valid_for
                )
            )
        return code

    def bind(self, conversation: str, code: str, now: datetime) -> Worker:
        """Return the worker this conversation is from now on.

        Raises:
            InvitationError: The code is wrong, used or expired.
            TooManyTriesError: Wrong too often from this conversation; wait.
        """
        with writing(self._engine) as session:
            self._check_tries(session, conversation, now)
            worker = self._accept(session, conversation, code, now)
            if worker is None:
                session.add(WrongTryRow(conversation=conversation, at=now))
        if worker is None:  # raised only here, so that the wrong try has been counted
            raise InvitationError("not a valid invitation")
        return worker

    def of(self, conversation: str) -> Worker | None:
        """Return the worker this conversation is bound to, or None."""
        with reading(self._engine) as session:
            row = session.scalars(
                select(WorkerRow)
                .join(BindingRow, BindingRow.worker == WorkerRow.id)
                .where(BindingRow.conversation == conversation)
            ).first()
            return _worker(row) if row else None

    def unbind(self, conversation: str) -> None:
        """Make the conversation a resident's again; harmless if it is."""
        with writing(self._engine) as session:
            session.execute(delete(BindingRow).where(BindingRow.conversation == conversation))

    def all(self) -> list[Worker]:
        """Return every worker, bound or only invited."""
        with reading(self._engine) as session:
            return [
                _worker(row) for row in session.scalars(select(WorkerRow).order_by(WorkerRow.id))
            ]

    def _accept(
        self, session: Session, conversation: str, code: str, now: datetime
    ) -> Worker | None:
        parsed = parse_code(code, INVITATION_LENGTH)
        if parsed is None:
            return None
        invitation = session.get(InvitationRow, _digest(parsed), with_for_update=True)
        if invitation is None or invitation.used_at or invitation.expires_at < now:
            return None
        invitation.used_at = now
        session.merge(BindingRow(conversation=conversation, worker=invitation.worker, at=now))
        return _worker(session.get_one(WorkerRow, invitation.worker))

    def _check_tries(self, session: Session, conversation: str, now: datetime) -> None:
        since = now - self._wrong_within
        session.execute(delete(WrongTryRow).where(WrongTryRow.at < since))
        wrong = session.scalar(
            select(func.count())
            .select_from(WrongTryRow)
            .where(WrongTryRow.conversation == conversation)
        )
        if (wrong or 0) >= self._max_wrong:
            raise TooManyTriesError("too many wrong invitation codes")


def _digest(code: str) -> str:
    return hashlib.sha256(f"invitation:{code}".encode()).hexdigest()


def _worker(row: WorkerRow) -> Worker:
    return Worker(id=row.id, name=row.name, cells=tuple(row.cells))
