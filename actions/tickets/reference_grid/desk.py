"""The grid desk: takes tickets in, moves them, and writes every event into the outbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine, Select, func, or_, select
from sqlalchemy.orm import Session, sessionmaker

from actions.tickets.reference_grid.contract import TicketIn, UpdateIn
from actions.tickets.reference_grid.database import GridEvent, GridStep, GridTicket, GridUpdate
from actions.tickets.reference_grid.errors import (
    KeyReusedError,
    MoveError,
    NoteMissingError,
    UnknownTicketError,
)
from actions.tickets.reference_grid.moves import (
    FOLLOWS,
    NEEDS_HANDLER,
    NEEDS_NOTE,
    Status,
    choices,
)

SHOWN = 500  # a board is for looking at; older finished tickets are found by number


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What an operator decided about a ticket."""

    status: Status
    operator: str
    handler: str = ""
    note: str = ""


class GridDesk:
    """Holds the tickets of this system; a move and its event are one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._read = sessionmaker(engine, expire_on_commit=False)
        writing = engine.execution_options(immediate=True)
        self._write = sessionmaker(writing, expire_on_commit=False)

    def receive(self, offered: TicketIn, *, digest: str, now: datetime) -> tuple[GridTicket, bool]:
        """Return the ticket and whether it is new; the same number and body again is harmless.

        Raises:
            KeyReusedError: The number is known with another body.
        """
        with self._write.begin() as session:
            known = session.scalar(_by_number(offered.number))
            if known is not None:
                if known.digest != digest:
                    raise KeyReusedError(offered.number)
                return known, False
            ticket = _ticket(offered, digest=digest, now=now)
            session.add(ticket)
            session.flush()
            session.add(GridStep(number=ticket.number, at=now, kind=Status.RECEIVED, actor=""))
        return ticket, True

    def update(
        self, number: str, offered: UpdateIn, *, key: str, digest: str, now: datetime
    ) -> bool:
        """Return whether the update is new; it is written into the ticket's history once.

        Raises:
            UnknownTicketError: No such ticket.
            KeyReusedError: The key is known with another body.
        """
        with self._write.begin() as session:
            ticket = _known(session, number)
            taken = session.get(GridUpdate, key)
            if taken is not None:
                if taken.digest != digest:
                    raise KeyReusedError(number)
                return False
            session.add(GridUpdate(key=key, digest=digest))
            session.add(
                GridStep(number=number, at=now, kind=offered.event, actor="", note=offered.text)
            )
            _apply(ticket, offered, now)
        return True

    def move(self, number: str, move: Move, *, now: datetime) -> GridTicket:
        """Return the moved ticket; its event waits in the outbox.

        Raises:
            UnknownTicketError: No such ticket.
            MoveError: It cannot go there from where it is.
            NoteMissingError: A result, a reason or a question is needed and was left out.
        """
        with self._write.begin() as session:
            ticket = _known(session, number)
            _check(ticket, move)
            _turn(ticket, move.status)
            ticket.note, ticket.updated_at = move.note, now
            ticket.handler = move.handler or ticket.handler
            session.add(_step(ticket, move, now))
            session.add(_event(ticket, move, now))
        return ticket

    def board(self, *, cell: str = "", words: str = "") -> Sequence[GridTicket]:
        """Return tickets for the board, the most urgent and oldest first."""
        query = select(GridTicket).order_by(GridTicket.updated_at.desc()).limit(SHOWN)
        if cell:
            query = query.where(GridTicket.grid_cell == cell)
        if words:
            like = f"%{words.replace('%', '')}%"
            fields = (GridTicket.number, GridTicket.description, GridTicket.address)
            query = query.where(or_(*(field.like(like) for field in fields)))
        with self._read() as session:
            tickets = session.scalars(query).all()
        return sorted(tickets, key=lambda one: (one.urgency, one.received_at))

    def cells(self) -> Sequence[str]:
        """Return the cells that have had a ticket."""
        query = select(GridTicket.grid_cell).distinct().order_by(GridTicket.grid_cell)
        with self._read() as session:
            return [cell for cell in session.scalars(query) if cell]

    def one(self, number: str) -> tuple[GridTicket, Sequence[GridEvent]]:
        """Return a ticket with its history, and its events with how far each has come.

        Raises:
            UnknownTicketError: No such ticket.
        """
        events = select(GridEvent).where(GridEvent.number == number).order_by(GridEvent.id)
        with self._read() as session:
            return _known(session, number), session.scalars(events).all()

    def changed_since(self, since: datetime | None) -> Sequence[tuple[GridTicket, GridStep]]:
        """Return tickets with the operator's move they stand at, oldest first, from ``since`` on.

        Where the other side moved or erased a ticket, it knows: that is no news to it.
        """
        last_moves = select(func.max(GridStep.id)).where(GridStep.actor != "")
        query = (
            select(GridTicket, GridStep)
            .join(GridStep, GridStep.number == GridTicket.number)
            .where(GridStep.id.in_(last_moves.group_by(GridStep.number)))
            .where(GridStep.kind == GridTicket.status, GridTicket.description != "")
            .order_by(GridStep.at, GridStep.id)
            .limit(SHOWN)
        )
        if since is not None:
            query = query.where(GridStep.at >= since)
        with self._read() as session:
            return [(ticket, step) for ticket, step in session.execute(query)]


def _by_number(number: str) -> Select[GridTicket]:
    return select(GridTicket).where(GridTicket.number == number)


def _known(session: Session, number: str) -> GridTicket:
    ticket = session.scalar(_by_number(number))
    if ticket is None:
        raise UnknownTicketError(number)
    return ticket


def _ticket(offered: TicketIn, *, digest: str, now: datetime) -> GridTicket:
    return GridTicket(
        number=offered.number,
        digest=digest,
        status=Status.RECEIVED,
        category_code=offered.category.code,
        category_name=offered.category.name,
        description=offered.description,
        attributes=[one.model_dump() for one in offered.attributes],
        address=offered.address or "",
        building=offered.building or "",
        unit=offered.unit or "",
        grid_cell=offered.grid_cell or "",
        urgency=offered.urgency,
        is_emergency=offered.is_emergency,
        due_at=offered.due_at,
        received_at=now,
        updated_at=now,
    )


def _check(ticket: GridTicket, move: Move) -> None:
    if move.status not in choices(ticket.state, is_emergency=ticket.is_emergency):
        raise MoveError(f"{ticket.number}: {ticket.status} does not lead to {move.status}")
    if move.status in NEEDS_NOTE and not move.note:
        raise NoteMissingError(ticket.number)
    if move.status in NEEDS_HANDLER and not (move.handler or ticket.handler):
        raise NoteMissingError(ticket.number)


def _apply(ticket: GridTicket, update: UpdateIn, now: datetime) -> None:
    """Let what was done elsewhere change the ticket here; the sender knows, so no event goes."""
    ticket.updated_at = now
    if update.event == "urge":
        ticket.urge_count += 1
    elif update.event == "supplement" and ticket.state is Status.AWAITING_REPORTER:
        ticket.status = ticket.resume or Status.ACCEPTED
    elif update.event == "erased":
        _forget(ticket)
    elif update.event in FOLLOWS:
        _turn(ticket, FOLLOWS[update.event])
        ticket.round += update.event == "reopened"


def _forget(ticket: GridTicket) -> None:
    """Erase our copy of anybody's words; what was done and when stays."""
    ticket.description = ticket.address = ticket.note = ""
    ticket.attributes = []
    for step in ticket.history:
        step.note = ""


def _turn(ticket: GridTicket, status: Status) -> None:
    if status is Status.AWAITING_REPORTER:
        # a case that was opened again goes on as accepted once its reporter has answered
        again = ticket.round > 1 and ticket.state is Status.RECEIVED
        ticket.resume = Status.ACCEPTED if again else ticket.status
    ticket.status = status


def _step(ticket: GridTicket, move: Move, now: datetime) -> GridStep:
    return GridStep(
        number=ticket.number,
        at=now,
        kind=move.status,
        actor=move.operator,
        handler=move.handler,
        note=move.note,
    )


def _event(ticket: GridTicket, move: Move, now: datetime) -> GridEvent:
    body = {
        "number": ticket.number,
        "status": move.status,
        "note": move.note,
        "handler": ticket.handler,
        "at": now.isoformat(timespec="microseconds"),
    }
    return GridEvent(
        message_id=f"evt_{uuid4().hex}",
        number=ticket.number,
        body=json.dumps(body, ensure_ascii=False),
        created_at=now,
        next_attempt_at=now,
    )
