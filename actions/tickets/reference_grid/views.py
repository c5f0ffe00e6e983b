"""What the templates show, worked out from the rows so that the templates stay plain."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from actions.tickets.reference_grid.database import GridEvent, GridTicket
from actions.tickets.reference_grid.moves import (
    COLUMN,
    NEEDS_HANDLER,
    NEEDS_NOTE,
    OPEN,
    Column,
    Status,
    choices,
)
from actions.tickets.reference_grid.resources import FOLDER, TEXTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = timedelta(hours=4)
DONE_SHOWN = 20
URGENT = 2  # this urgency and above is marked on the card
DIRECT = (Status.ACCEPTED, Status.DISPATCHED, Status.IN_PROGRESS, Status.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How long a ticket has left, for a person to read."""

    is_over: bool
    is_soon: bool
    days: int
    hours: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One ticket on the board."""

    ticket: GridTicket
    status_name: str
    deadline: Deadline | None
    is_new: bool
    is_urgent: bool

    @property
    def mark(self) -> str:
        """Return the class that colours the card's edge."""
        is_late = self.deadline is not None and self.deadline.is_over
        if self.ticket.is_emergency or is_late:
            return " card-urgent"
        return " card-hurry" if self.is_urgent else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """One column of the board."""

    key: Column
    name: str
    cards: Sequence[Card]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """The whole board, with the numbers above it."""

    columns: Sequence[BoardColumn]
    waiting: int
    open: int
    soon: int
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One thing an operator may do now."""

    status: Status
    verb: str
    hint: str
    note_label: str
    needs_note: bool
    asks_handler: bool
    is_main: bool
    is_expanded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One line of the history."""

    at: datetime
    name: str
    actor: str
    handler: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One message to the resident's side and how far it has come."""

    row: GridEvent
    name: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """Everything the ticket page shows."""

    card: Card
    moves: Sequence[MoveView]
    steps: Sequence[StepView]
    events: Sequence[EventView]
    has_unsent: bool


def board_view(tickets: Sequence[GridTicket], *, now: datetime) -> BoardView:
    """Return the board at ``now``."""
    cards = [_card(ticket, now) for ticket in tickets]
    columns = [_column(key, cards) for key in Column]
    deadlines = [card.deadline for card in cards if card.deadline is not None]
    return BoardView(
        columns=columns,
        waiting=sum(card.is_new for card in cards),
        open=sum(card.ticket.state in OPEN for card in cards),
        soon=sum(one.is_soon for one in deadlines),
        over=sum(one.is_over for one in deadlines),
    )


def ticket_view(
    ticket: GridTicket,
    events: Sequence[GridEvent],
    *,
    now: datetime,
    open_move: Status | None = None,
) -> TicketView:
    """Return one ticket's page at ``now``; ``open_move`` is the form to show unfolded."""
    options = choices(ticket.state, is_emergency=ticket.is_emergency)
    steps = [_step(row) for row in reversed(ticket.history)]
    return TicketView(
        card=_card(ticket, now),
        moves=[_move(status, ticket, open_move) for status in options],
        steps=steps,
        events=[_sent(event) for event in reversed(events)],
        has_unsent=any(event.settled_at is None for event in events),
    )


def _column(key: Column, cards: Sequence[Card]) -> BoardColumn:
    own = [card for card in cards if COLUMN[card.ticket.state] is key]
    shown = own
    if key is Column.DONE:
        latest = sorted(own, key=lambda card: card.ticket.updated_at, reverse=True)
        shown = latest[:DONE_SHOWN]
    return BoardColumn(key=key, name=TEXTS["columns"][key], cards=shown, total=len(own))


def _card(ticket: GridTicket, now: datetime) -> Card:
    return Card(
        ticket=ticket,
        status_name=TEXTS["statuses"][ticket.state],
        deadline=_deadline(ticket, now),
        is_new=ticket.state is Status.RECEIVED,
        is_urgent=ticket.is_emergency or ticket.urgency <= URGENT,
    )


def _deadline(ticket: GridTicket, now: datetime) -> Deadline | None:
    stopped = ticket.state is Status.AWAITING_REPORTER or ticket.state not in OPEN
    if ticket.due_at is None or stopped:
        return None
    left = ticket.due_at - now
    minutes = int(abs(left).total_seconds() // 60)
    return Deadline(
        is_over=left < timedelta(),
        is_soon=timedelta() <= left < SOON,
        days=minutes // 1440,
        hours=minutes % 1440 // 60,
        minutes=minutes % 60,
    )


def _move(status: Status, ticket: GridTicket, open_move: Status | None) -> MoveView:
    words = TEXTS["moves"][status]
    is_main = status in DIRECT
    return MoveView(
        status=status,
        verb=words["verb"],
        hint=words["hint"],
        note_label=TEXTS["notes"][status],
        needs_note=status in NEEDS_NOTE,
        asks_handler=status in NEEDS_HANDLER,
        is_main=is_main,
        is_expanded=status is open_move if open_move else is_main,
    )


def _step(row: Any) -> StepView:
    updates = TEXTS["updates"]
    note = TEXTS["ratings"].get(row.note, row.note) if row.kind == "rate" else row.note
    name = TEXTS["statuses"].get(row.kind) or updates.get(row.kind) or updates["other"]
    return StepView(
        at=row.at, name=name, actor=row.actor, handler=row.handler, note=note, kind=row.kind
    )


def _sent(row: GridEvent) -> EventView:
    errors = TEXTS["errors"]
    return EventView(
        row=row,
        name=TEXTS["statuses"][json.loads(row.body)["status"]],
        error=errors.get(row.last_error, row.last_error),
    )


def local(at: datetime) -> str:
    """Return a time as people in the community read it."""
    return at.astimezone(SHANGHAI).strftime(TEXTS["time"])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["local"] = local
    environment.globals["texts"] = TEXTS
    return environment


ENVIRONMENT = _environment()


def page(template: str, **values: Any) -> str:
    """Return a rendered template."""
    return ENVIRONMENT.get_template(template).render(**values)
