"""Files what comes at once in one durable transaction, so that the disk is waited for once."""

import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from actions.tickets.database import reading, writing
from actions.tickets.desk import Desk
from actions.tickets.filing import Filing, filed_before, write_tickets
from actions.tickets.ticket import Ticket

MANY = 256  # in one transaction: other writers wait that long
MOST_ROUNDS = 8
LOOK_AGAIN_S = 1.0  # nobody need: whoever leaves wakes the next


@dataclass(frozen=True, slots=True)
class _Waiting:
    filing: Filing
    ticket: Future[Ticket] = field(default_factory=Future)
    stirred: threading.Event = field(default_factory=threading.Event)  # settled, or to lead

    def settle(self, outcome: Ticket | BaseException) -> None:
        if isinstance(outcome, BaseException):
            self.ticket.set_exception(outcome)
        else:
            self.ticket.set_result(outcome)
        self.stirred.set()


class FilingQueue:
    """Takes filings of many threads; whoever is first writes for all who wait.

    ``file`` returns only after the transaction has been committed: a number that a
    resident is told is on the disk.
    """

    def __init__(self, engine: Engine, desk: Desk, *, many: int = MANY) -> None:
        self._engine, self._desk, self._many = engine, desk, many
        self._waiting: deque[_Waiting] = deque()
        self._turn = threading.Lock()

    def file(self, filing: Filing) -> Ticket:
        """Return the ticket; the same origin again returns the same ticket."""
        mine = _Waiting(filing)
        self._waiting.append(mine)
        while not mine.ticket.done():
            if self._turn.acquire(blocking=False):
                try:
                    self._lead()
                finally:
                    self._turn.release()
                    self._hand_over()
            else:
                mine.stirred.wait(LOOK_AGAIN_S)
                mine.stirred.clear()
        return mine.ticket.result()

    def _hand_over(self) -> None:
        """Wake the first who waits: it came too late for this leader, and must lead itself."""
        with suppress(IndexError):
            self._waiting[0].stirred.set()

    def _lead(self) -> None:
        """Write for all who wait, but not for ever: the leader's own caller waits too."""
        for _ in range(MOST_ROUNDS):
            if not self._waiting:
                return
            self._write_some()

    def _write_some(self) -> None:
        some: list[_Waiting] = []
        with suppress(IndexError):
            while len(some) < self._many:
                some.append(self._waiting.popleft())
        try:
            self._write(some)
        except BaseException as error:
            for one in some:
                if not one.ticket.done():
                    one.settle(error)
            if not isinstance(error, Exception):
                raise

    def _write(self, some: list[_Waiting]) -> None:
        try:
            tickets = self._written([one.filing for one in some])
        except IntegrityError:  # one of them was filed by another process just now
            for one in some:
                self._write_alone(one)
            return
        for one, ticket in zip(some, tickets, strict=True):
            one.settle(ticket)

    def _write_alone(self, one: _Waiting) -> None:
        try:
            ticket = self._written([one.filing])[0]
        except IntegrityError as error:
            known = self._known(one.filing)
            if known is None:
                one.settle(error)
                return
            ticket = known
        one.settle(ticket)

    def _written(self, filings: list[Filing]) -> list[Ticket]:
        with writing(self._engine) as session:
            return write_tickets(session, self._desk, filings)

    def _known(self, filing: Filing) -> Ticket | None:
        """Return the ticket somebody else filed from the same message."""
        with reading(self._engine) as session:
            return filed_before(session, self._desk, [filing.origin]).get(filing.origin)
