"""The internal side of the ticket service: what the console and other processes of ours use."""

import hmac
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from actions.tickets.alerts import unseen
from actions.tickets.bursts import crowds
from actions.tickets.console_queries import ConsoleQueries, Filters
from actions.tickets.console_views import (
    alert_json,
    delivery_json,
    event_json,
    ledger_json,
    ticket_json,
)
from actions.tickets.errors import TicketNotFoundError, UnknownCellError
from actions.tickets.names import load_names
from actions.tickets.problems import Problem, ProblemBody
from actions.tickets.resources import Here, Resources
from actions.tickets.ticket import NEXT, Status

MANY = 200
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemBody} for code in (401, 404, 409, 422)
}


def authorized(request: Request, here: Here) -> None:
    """Let our own processes through.

    Raises:
        Problem: The bearer token is missing or wrong, or none is set.
    """
    token = here.settings.internal_token
    scheme, _, offered = request.headers.get("authorization", "").partition(" ")
    is_ours = scheme.lower() == "bearer" and hmac.compare_digest(offered.encode(), token.encode())
    if not (token and is_ours):
        raise Problem("unauthorized", headers={"www-authenticate": "Bearer"})


router = APIRouter(
    prefix="/internal/tickets",
    tags=["internal"],
    dependencies=[Depends(authorized)],
    responses=REFUSALS,
)

Words = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class MoveIn(BaseModel):
    """One step an operator or worker takes."""

    status: Status
    actor: Name
    reason: Words = ""
    public_note: Words = ""
    internal_note: Words = ""
    handler: Annotated[str, Field(max_length=100)] = ""
    co_handlers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    archive_type: Literal["", "normal", "overdue", "mistaken", "special"] = ""


class NoteIn(BaseModel):
    """An internal note."""

    actor: Name
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class MergeIn(BaseModel):
    """Which ticket this one joins."""

    actor: Name
    parent: Name


class ViewIn(BaseModel):
    """Who wants to see the reporter's contact, and why."""

    viewer: Name
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class FilterIn(BaseModel):
    """What the list is narrowed to; what is left out does not filter."""

    status: list[Status] = []
    category: list[str] = []
    cell: list[str] = []  # a first-level cell stands for those inside it
    overdue: bool | None = None
    open: bool | None = None
    q: str = Field(default="", max_length=100)
    limit: int = Field(default=50, ge=1, le=MANY)
    offset: int = Field(default=0, ge=0)


@router.get("")
def tickets(here: Here, wanted: Annotated[FilterIn, Query()]) -> dict[str, Any]:
    """List tickets, newest first."""
    filters = Filters(
        statuses=tuple(wanted.status),
        categories=tuple(wanted.category),
        cells=_cells(here, wanted.cell),
        is_overdue=wanted.overdue,
        is_open=wanted.open,
        words=wanted.q.strip(),
        limit=wanted.limit,
        offset=wanted.offset,
    )
    found, total = _queries(here).tickets(filters, here.clock())
    return {"tickets": [ticket_json(ticket, here) for ticket in found], "total": total}


@router.get("/stats")
def stats(here: Here) -> dict[str, Any]:
    """Count tickets by status, category, cell and level, and those due soon or overdue."""
    deliveries: dict[str, dict[str, int]] = {}
    for (target, status), count in here.outbox.counts().items():
        deliveries.setdefault(target, {})[status] = count
    return {
        **_queries(here).counts(here.clock()),
        "deliveries": deliveries,
        "alerts": [alert_json(one, here) for one in unseen(here.store.engine)],
        "ledger": ledger_json(here),
        "bursts": [asdict(crowd) for crowd in crowds(here.store, here.clock())],
    }


@router.get("/tables")
def tables(here: Here) -> dict[str, Any]:
    """Return the names behind the codes, for filters and forms."""
    categories = here.store.desk.categories.values()
    return {
        "statuses": {status.value: status.label for status in Status},
        "categories": {one.code: one.name for one in categories},
        "archive_types": dict(load_names()["archive_types"]),
        "cells": [asdict(cell) for cell in here.store.desk.cells],
        "duty": asdict(here.store.desk.cells.duty),
    }


@router.get("/deliveries/dead")
def dead(here: Here, limit: Annotated[int, Query(ge=1, le=MANY)] = 100) -> dict[str, Any]:
    """List the deliveries that were given up, with the reason."""
    return {"deliveries": [delivery_json(record) for record in here.outbox.dead(limit)]}


@router.post("/deliveries/{delivery_id}/requeue")
def requeue(here: Here, delivery_id: int) -> dict[str, int]:
    """Give one dead delivery all its tries again."""
    return _requeued(here.outbox.requeue(here.clock(), delivery_id=delivery_id))


@router.get("/{number}")
def ticket(here: Here, number: str) -> dict[str, Any]:
    """Return one ticket with its history, its deliveries and where it may go."""
    return whole(here, number)


@router.post("/{number}/moves")
def move(here: Here, number: str, step: MoveIn) -> dict[str, Any]:
    """Move a ticket on; residents and the grid system hear of it through the outbox."""
    here.store.move(
        number,
        step.status,
        actor=step.actor,
        now=here.clock(),
        reason=step.reason,
        public_note=step.public_note,
        internal_note=step.internal_note,
        handler=step.handler,
        co_handlers=step.co_handlers,
        archive_type=step.archive_type,
    )
    return whole(here, number)


@router.post("/{number}/notes")
def note(here: Here, number: str, words: NoteIn) -> dict[str, Any]:
    """Keep an internal note; no resident sees it."""
    here.store.note(number, words.text, actor=words.actor, now=here.clock())
    return whole(here, number)


@router.post("/{number}/merge")
def merge(here: Here, number: str, into: MergeIn) -> dict[str, Any]:
    """Join a ticket to another about the same thing."""
    if into.parent == number:
        raise Problem("illegal-transition")
    here.store.merge(number, into.parent, actor=into.actor, now=here.clock())
    return whole(here, number)


@router.post("/{number}/contact")
def contact(here: Here, number: str, view: ViewIn) -> dict[str, str]:
    """Return the reporter's contact and for whom they reported; the view is logged."""
    found, behalf = here.store.identity(
        number, viewer=view.viewer, reason=view.reason, now=here.clock()
    )
    return {"number": number, "contact": found, "on_behalf_of": behalf}


@router.post("/{number}/requeue")
def requeue_ticket(here: Here, number: str) -> dict[str, int]:
    """Give a ticket's dead deliveries all their tries again."""
    return _requeued(here.outbox.requeue(here.clock(), number=number))


def whole(here: Resources, number: str) -> dict[str, Any]:
    """Return all that operators see of one ticket."""
    ticket = here.store.by_number(number)
    if ticket is None:
        raise TicketNotFoundError(number)
    # 重复合并 has a form of its own, which asks for the other ticket
    onward = [one for one in Status if one in NEXT[ticket.status] and one is not Status.MERGED]
    return {
        "ticket": ticket_json(ticket, here),
        "history": [event_json(event) for event in here.store.history(number)],
        "deliveries": [delivery_json(one) for one in here.store.deliveries(number)],
        "followers": len(here.store.followers(number)),
        "next": [{"status": status.value, "name": status.label} for status in onward],
    }


def _requeued(count: int) -> dict[str, int]:
    if not count:
        raise Problem("nothing-dead")
    return {"requeued": count}


def _cells(here: Resources, codes: list[str]) -> frozenset[str]:
    try:
        return here.store.desk.cells.with_children(codes)
    except UnknownCellError as error:
        wrong = [{"pointer": "/cell", "type": "unknown"}]
        raise Problem("invalid-body", errors=wrong) from error


def _queries(here: Resources) -> ConsoleQueries:
    desk = here.store.desk
    return ConsoleQueries(here.store.engine, desk.categories, desk.rules.due_soon)
