"""The command line of the ticket domain: ``tickets``, ``worker`` and ``grid``."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from rich.table import Table

from actions.tickets.codes import SHANGHAI
from actions.tickets.errors import TicketError, TicketNotFoundError
from actions.tickets.export import to_csv
from actions.tickets.finding import Wanted
from actions.tickets.grid import as_bytes
from actions.tickets.outbox import Outbox
from actions.tickets.settings import Settings
from actions.tickets.signing import sign
from actions.tickets.store import TicketStore, open_store
from actions.tickets.ticket import Status, Ticket
from actions.tickets.workers import WorkerRegistry

tickets_app = typer.Typer(no_args_is_help=True, help="Look at tickets and move them.")
worker_app = typer.Typer(no_args_is_help=True, help="Invite community workers.")
grid_app = typer.Typer(no_args_is_help=True, help="Look at the way to the grid system.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Number = Annotated[str, typer.Argument(help="Ticket number, such as 20261121-000123.")]
_console = Console()


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn refusals into one plain line and exit code 1."""
    try:
        yield
    except TicketError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise typer.Exit(1) from error


def _settings() -> Settings:
    with _refusals():
        return Settings.from_env(os.environ)


@contextmanager
def _store() -> Iterator[TicketStore]:
    """Give the store of the environment."""
    settings = _settings()
    with _refusals(), closing(open_store(settings)) as store:
        yield store


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _local(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*row)
    _console.print(table)


@tickets_app.command("list")
def list_tickets(
    status: Annotated[
        list[Status] | None, typer.Option(help="Only this status; repeatable.")
    ] = None,
    cell: Annotated[
        list[str] | None, typer.Option(help="Only this grid cell; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List tickets, newest first."""
    with _store() as store:
        cells = store.desk.cells.with_children(cell) if cell else frozenset()
        wanted = Wanted(statuses=frozenset(status or ()), cells=cells)
        found = store.search(wanted, limit=limit)
    if as_json:
        _print_json([ticket.as_contract() for ticket in found])
        return
    headings = ("number", "status", "category", "place", "due")
    _table(headings, [_line(ticket) for ticket in found])


def _line(ticket: Ticket) -> tuple[str, ...]:
    place = ticket.complaint.place.label
    return (ticket.number, ticket.status.label, ticket.category_name, place, _local(ticket.due_at))


@tickets_app.command("show")
def show_ticket(number: Number, as_json: AsJson = False) -> None:
    """Show one ticket with its history and deliveries."""
    with _store() as store:
        ticket = store.by_number(number)
        if ticket is None:
            raise TicketNotFoundError(number)
        history = [asdict(event) for event in store.history(number)]
        deliveries = [asdict(delivery) for delivery in store.deliveries(number)]
    if as_json:
        _print_json({**ticket.as_contract(), "history": history, "deliveries": deliveries})
        return
    _table(("number", "status", "category", "place", "due"), [_line(ticket)])
    _console.print(ticket.description_safe, markup=False)
    for event in history:
        note = event["public_note"] or event["internal_note"]
        _console.print(_local(event["at"]), event["event"], event["to_status"], note, markup=False)
    for sent in deliveries:
        words = (sent["target"], sent["kind"], sent["status"], sent["attempts"])
        _console.print("→", *words, sent["last_error"], markup=False)


@tickets_app.command("move")
def move_ticket(
    number: Number,
    status: Annotated[Status, typer.Argument(help="Where to.")],
    note: Annotated[str, typer.Option(help="What the resident reads.")] = "",
    handler: Annotated[str, typer.Option(help="Who handles it now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Move a ticket by hand; the resident is told."""
    with _store() as store:
        ticket = store.move(
            number, status, actor="operator:cli", now=datetime.now(UTC),
            public_note=note, handler=handler,
        )  # fmt: skip
    if as_json:
        _print_json(ticket.as_contract())
    else:
        typer.echo(f"{ticket.number} {ticket.status.label}")


@tickets_app.command("requeue")
def requeue(
    number: Annotated[str, typer.Argument(help="Only this ticket's; all if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give dead deliveries all their tries again."""
    with _store() as store:
        count = Outbox(engine=store.engine).requeue(datetime.now(UTC), number=number)
    _answer(as_json, {"requeued": count}, f"{count} requeued")


@tickets_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 10_000,
) -> None:
    """Write tickets as a spreadsheet (CSV), identities masked."""
    with _store() as store:
        out.write_text(to_csv(store.search(Wanted(), limit=limit)), encoding="utf-8", newline="")


@worker_app.command("invite")
def invite(
    name: Annotated[str, typer.Option(help="The worker's name.")],
    cell: Annotated[list[str], typer.Option(help="A grid cell they answer for; repeatable.")],
    as_json: AsJson = False,
) -> None:
    """Make a one-time invitation code; it is shown this once only."""
    with _store() as store:
        registry = WorkerRegistry(store.engine, store.desk.cells)
        code = registry.invite(name, cell, datetime.now(UTC))
    _answer(as_json, {"name": name, "cells": cell, "code": code}, code)


@worker_app.command("list")
def list_workers(as_json: AsJson = False) -> None:
    """List the workers and their cells."""
    with _store() as store:
        workers = WorkerRegistry(store.engine, store.desk.cells).all()
    if as_json:
        _print_json([asdict(worker) for worker in workers])
        return
    rows = [(str(worker.id), worker.name, ", ".join(worker.cells)) for worker in workers]
    _table(("id", "name", "cells"), rows)


@grid_app.command("status")
def grid_status(as_json: AsJson = False) -> None:
    """Show how many deliveries wait, arrived or died, and why they died."""
    settings = _settings()
    with _store() as store:
        outbox = Outbox(engine=store.engine)
        counts, dead = outbox.counts(), outbox.dead(10)
    if as_json:
        rows = [{"target": t, "status": s, "count": n} for (t, s), n in sorted(counts.items())]
        _print_json(
            {"url": settings.grid_url, "deliveries": rows, "dead": list(map(asdict, dead))}
        )
        return
    typer.echo(f"grid: {settings.grid_url or 'none'}")
    _table(("target", "status", "count"), [(t, s, str(n)) for (t, s), n in sorted(counts.items())])
    for record in dead:
        _console.print(record.number, record.target, record.last_error, markup=False)


@grid_app.command("send-event")
def send_event(
    number: Number,
    status: Annotated[Status, typer.Argument(help="What the grid system reports.")],
    note: Annotated[str, typer.Option(help="What the resident reads.")] = "",
    handler: Annotated[str, typer.Option(help="Who handles it now.")] = "",
    url: Annotated[str, typer.Option(help="Our door for events; the gateway's if left out.")] = "",
) -> None:
    """Report a status as the grid system would: signed, over HTTP (for demonstrations)."""
    settings = _settings()
    now = datetime.now(UTC)
    event = {"number": number, "status": status.value, "note": note, "handler": handler}
    body = as_bytes({**event, "at": now.isoformat()})
    headers = sign(settings.grid_secret, f"cli-{uuid4().hex}", now, body)
    target = url or f"{settings.gateway_url}/api/grid/events"
    headers["content-type"] = "application/json"
    try:
        answer = httpx.post(target, content=body, headers=headers, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        typer.echo(f"{type(error).__name__}: {target}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"HTTP {answer.status_code} {answer.text}")
    raise typer.Exit(0 if answer.is_success else 1)


def _answer(as_json: bool, value: dict[str, Any], line: str) -> None:
    if as_json:
        _print_json(value)
    else:
        typer.echo(line)
