"""Applies what the grid system reports: verified, once, in order, by legal steps only."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from actions.tickets.acts import join
from actions.tickets.database import writing
from actions.tickets.errors import (
    EventFormatError,
    InvalidTransitionError,
    ReplayedEventError,
)
from actions.tickets.letters import tell_residents
from actions.tickets.models import EventRow, HistoryRow, TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.signing import verify
from actions.tickets.steps import (
    GRID_ACTOR,
    REPORTER_ACTOR,
    Step,
    add_history,
    locked,
    take_step,
)
from actions.tickets.store import TicketStore
from actions.tickets.ticket import NEXT, Status

logger = logging.getLogger(__name__)

NOTE_LIMIT = 2000
REMEMBERED = 20  # events of a ticket that are known again; older ones are told by their time
ON_THE_WAY = frozenset(
    {Status.ACCEPTED, Status.TRIAGED, Status.DISPATCHED, Status.IN_PROGRESS, Status.RESOLVED}
)
NOT_THEIRS = frozenset({Status.SUBMITTED, Status.WITHDRAWN})  # the reporter's own


class Outcome(StrEnum):
    """What became of an event."""

    APPLIED = "applied"
    NOTED = "noted"  # the same status again, with something new to say
    DUPLICATE = "duplicate"
    STALE = "stale"  # something newer was applied before
    HELD = "held"  # closing waits for the reporter's word


@dataclass(frozen=True, slots=True, kw_only=True)
class GridEvent:
    """What the grid system says about one ticket."""

    number: str
    status: Status
    at: datetime
    note: str = ""
    handler: str = ""
    parent: str = ""  # which ticket it is joined to

    @property
    def mark(self) -> str:
        """What this event is known by when it comes again, by polling or under another id."""
        at = self.at.isoformat(timespec="seconds")  # one way in may cut the time shorter
        said = json.dumps([at, self.status, self.note, self.handler, self.parent])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @classmethod
    def parse(cls, found: Any) -> Self:
        """Return the event of a decoded body.

        Raises:
            EventFormatError: A field is missing or bad; the message names it.
        """
        if not isinstance(found, dict):
            raise EventFormatError("not an object")
        names = ("number", "status", "note", "handler", "parent")
        texts = {name: _text(found, name) for name in names}
        if not texts["number"]:
            raise EventFormatError("number")
        if texts["status"] not in set(Status):
            raise EventFormatError("status")
        if texts["status"] == Status.MERGED and not texts["parent"].strip():
            raise EventFormatError("parent")
        return cls(
            number=texts["number"],
            status=Status(texts["status"]),
            at=_moment(found.get("at")),
            note=texts["note"].strip()[:NOTE_LIMIT],
            handler=texts["handler"].strip()[:100],
            parent=texts["parent"].strip(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """An event as it reached us; its time is not after ours, as their clock may be fast."""

    event: GridEvent
    mark: str  # of the event with its own time
    received_at: datetime
    is_polled: bool


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise EventFormatError(name)
    return value or ""


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise EventFormatError("at")
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise EventFormatError("at has no time zone")
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the year 1 has no UTC everywhere
        raise EventFormatError("at") from error


class GridInbox:
    """Takes the grid system's events, over HTTP or by polling."""

    def __init__(self, store: TicketStore, secret: str) -> None:
        self._store, self._secret = store, secret

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Outcome:
        """Verify and apply one event as it came over HTTP.

        Raises:
            SignatureError: Unsigned, wrongly signed or stale (401).
            ReplayedEventError: Its id was applied before (409).
            EventFormatError: The body is no event (422).
            TicketNotFoundError: No ticket has this number, or the parent's (404).
            InvalidTransitionError: The ticket cannot go there from here (409).
        """
        webhook_id = verify(self._secret, headers, body, now)
        try:
            found = json.loads(body)
        except ValueError as error:
            raise EventFormatError("not JSON") from error
        return self.apply(GridEvent.parse(found), now, webhook_id=webhook_id)

    def apply(self, event: GridEvent, now: datetime, *, webhook_id: str = "") -> Outcome:
        """Apply one event; nothing changes if it raises. Without an id it was polled."""
        report = _Report(
            event=replace(event, at=min(event.at, now)),
            mark=event.mark,
            received_at=now,
            is_polled=not webhook_id,
        )
        try:
            with writing(self._store.engine) as session:
                row = locked(session, event.number)
                if webhook_id:
                    _remember(session, webhook_id, now)
                outcome = self._apply(session, row, report)
        except IntegrityError as error:
            raise ReplayedEventError("applied before") from error
        logger.info("grid event number=%s status=%s %s", event.number, event.status, outcome)
        return outcome

    def _apply(self, session: Session, row: TicketRow, report: _Report) -> Outcome:
        if _was_applied(row, report):
            return Outcome.DUPLICATE
        if _is_older(row, report.event):
            return Outcome.STALE
        is_there = report.event.status.value == row.status
        outcome = (self._note if is_there else self._move)(session, row, report)
        row.grid_at = report.event.at
        row.grid_said = [*row.grid_said, report.mark][-REMEMBERED:]
        return outcome

    def _move(self, session: Session, row: TicketRow, report: _Report) -> Outcome:
        event = report.event
        _check_theirs(row, event)
        is_held = event.status is Status.CLOSED and not _may_close(row, event.at)
        target = Status.RESOLVED if is_held else event.status
        for status in way(Status(row.status), target, row.number):
            step = _step(report, is_quiet=status is not target)
            if status is Status.MERGED:
                join(session, self._store.desk, row, event.parent, step)
            else:
                take_step(session, self._store.desk, row, status, step)
        return Outcome.HELD if is_held else Outcome.APPLIED

    def _note(self, session: Session, row: TicketRow, report: _Report) -> Outcome:
        event = report.event
        if not event.note or event.note in _last_notes(session, row):
            return Outcome.DUPLICATE
        row.handler = event.handler or row.handler
        row.updated_at = event.at
        add_history(session, row, "note", _step(report))
        ticket = ticket_from(row, self._store.desk.categories)
        tell_residents(session, ticket, event.note, at=event.at)
        return Outcome.NOTED


def _was_applied(row: TicketRow, report: _Report) -> bool:
    """Return whether we know this event: polling repeats any, other events only the last one.

    A grid system may take a step back and repeat it within the second its times are cut to.
    """
    said = row.grid_said if report.is_polled else row.grid_said[-1:]
    return report.mark in said


def _is_older(row: TicketRow, event: GridEvent) -> bool:
    if row.grid_at is None:
        return False
    # without marks (erased, or applied before there were any) the same time is the same event
    return event.at < row.grid_at or (event.at == row.grid_at and not row.grid_said)


def _check_theirs(row: TicketRow, event: GridEvent) -> None:
    """Refuse what is the reporter's alone, and to take a ticket out of the one it was joined to.

    Raises:
        InvalidTransitionError: The grid system may not do this.
    """
    is_taken_out = row.status == Status.MERGED and event.status is not Status.CLOSED
    if is_taken_out or event.status in NOT_THEIRS:
        raise InvalidTransitionError(row.number, row.status, event.status)


def way(status: Status, target: Status, number: str = "") -> list[Status]:
    """Return the shortest legal steps to a status, for a grid system that jumps ahead.

    Raises:
        InvalidTransitionError: There is no way.
    """
    ways: list[list[Status]] = [[status]]
    seen = {status}
    between = ON_THE_WAY - {Status.RESOLVED} if target is Status.REOPENED else ON_THE_WAY
    while ways:
        so_far = ways.pop(0)
        if so_far[-1] is target:
            return so_far[1:]
        onward = [s for s in Status if s in NEXT[so_far[-1]] and s not in seen]
        onward = [s for s in onward if s is target or s in between]
        seen.update(onward)
        ways.extend([*so_far, step] for step in onward)
    raise InvalidTransitionError(number, status, target)


def _may_close(row: TicketRow, at: datetime) -> bool:
    if row.status != Status.RESOLVED:
        return row.status in {Status.FOLLOWED_UP, Status.MERGED, Status.DIVERTED}
    return row.follow_up_until is None or at >= row.follow_up_until


def _step(report: _Report, *, is_quiet: bool = False) -> Step:
    event = report.event
    return Step(
        actor=GRID_ACTOR,
        at=event.at,
        public_note="" if is_quiet else event.note,
        handler=event.handler,
        is_quiet=is_quiet,
        received_at=report.received_at,
    )


def _remember(session: Session, webhook_id: str, now: datetime) -> None:
    known = select(EventRow.id).where(EventRow.webhook_id == webhook_id)
    if session.scalars(known).first() is not None:
        raise ReplayedEventError("applied before")
    session.add(EventRow(webhook_id=webhook_id, received_at=now))


def _last_notes(session: Session, row: TicketRow) -> set[str]:
    """Return what the grid system said last, and what anybody but the reporter said last."""
    return {
        _last_note(session, row, HistoryRow.actor == GRID_ACTOR),
        _last_note(session, row, HistoryRow.actor != REPORTER_ACTOR),
    }


def _last_note(session: Session, row: TicketRow, said_by: ColumnElement[bool]) -> str:
    query = (
        select(HistoryRow.public_note)
        .where(HistoryRow.number == row.number, HistoryRow.public_note != "", said_by)
        .order_by(HistoryRow.id.desc())
        .limit(1)
    )
    return session.scalars(query).first() or ""
