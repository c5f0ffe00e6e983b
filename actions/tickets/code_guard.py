"""Opens a ticket's status by its query code (查询码), and lets nobody guess."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from actions.tickets.codes import parse_code
from actions.tickets.database import reading, writing
from actions.tickets.errors import TooManyCodesError
from actions.tickets.models import WrongTryRow
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Ticket

PREFIX = "code:"  # beside the wrong invitation codes of workers


@dataclass(frozen=True, slots=True)
class CodeGuard:
    """Counts wrong codes by conversation and by address; a right one costs nothing.

    What cannot be a code at all, by its check character, is a slip and not counted.
    """

    store: TicketStore

    def open(
        self, code: str, now: datetime, *, conversation: str, address: str = ""
    ) -> Ticket | None:
        """Return the ticket of a code as a person wrote it, or None.

        Args:
            code: Small letters, blanks and hyphens are fine.
            now: The present.
            conversation: Who asks.
            address: From where, if that is known; only a digest of it is kept.

        Raises:
            TooManyCodesError: Too many wrong ones lately; even a right one opens nothing now.
        """
        if parse_code(code) is None:
            return None
        keys = self._keys(conversation, address)
        with reading(self.store.engine) as session:
            self._check(session, keys, now)
        ticket = self.store.by_code(code)
        if ticket is None:
            with writing(self.store.engine) as session:
                session.execute(delete(WrongTryRow).where(self._is_old(now)))
                session.add_all(WrongTryRow(conversation=key, at=now) for key in keys)
        return ticket

    def _keys(self, conversation: str, address: str) -> Mapping[str, int]:
        limits = self.store.desk.rules.wrong_codes
        asked = {"conversation": conversation, "address": address}
        return {_key(kind, who): limits.of(kind) for kind, who in asked.items() if who}

    def _check(self, session: Session, keys: Mapping[str, int], now: datetime) -> None:
        mine = WrongTryRow.conversation.in_(list(keys))
        counted = select(WrongTryRow.conversation, func.count()).where(mine, ~self._is_old(now))
        rows = session.execute(counted.group_by(WrongTryRow.conversation)).all()
        if any(count >= keys[key] for key, count in rows):
            raise TooManyCodesError("too many wrong codes")

    def _is_old(self, now: datetime) -> ColumnElement[bool]:
        since = now - self.store.desk.rules.wrong_codes.within
        return and_(WrongTryRow.conversation.startswith(PREFIX), WrongTryRow.at <= since)


def _key(kind: str, who: str) -> str:
    return f"{PREFIX}{kind}:{hashlib.sha256(who.encode()).hexdigest()[:40]}"
