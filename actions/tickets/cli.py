"""The command line of the ticket domain: ``tickets``, ``worker`` and ``grid``."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer

from actions.tickets.cli_parts import (
    AsJson,
    answer,
    console,
    local_time,
    opened_store,
    print_json,
    print_table,
    refusals,
    settings_of_environment,
)
from actions.tickets.cli_records import records_app
from actions.tickets.erasure import delete_media, erase
from actions.tickets.errors import TicketNotFoundError
from actions.tickets.finding import Wanted
from actions.tickets.grid import as_bytes
from actions.tickets.outbox import Outbox
from actions.tickets.reference_grid.api import PREFIX
from actions.tickets.reference_grid.faults import Fault, FaultPlan
from actions.tickets.reference_grid.settings import Settings as GridSettings
from actions.tickets.signing import sign
from actions.tickets.ticket import Status, Ticket
from actions.tickets.workers import WorkerRegistry

tickets_app = typer.Typer(no_args_is_help=True, help="Look at tickets and move them.")
worker_app = typer.Typer(no_args_is_help=True, help="Invite community workers.")
grid_app = typer.Typer(no_args_is_help=True, help="Look at the way to the grid system.")
tickets_app.add_typer(records_app)

Number = Annotated[str, typer.Argument(help="Ticket number, such as 20261121-000123.")]


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
    with opened_store() as store:
        cells = store.desk.cells.with_children(cell) if cell else frozenset()
        wanted = Wanted(statuses=frozenset(status or ()), cells=cells)
        found = store.search(wanted, limit=limit)
    if as_json:
        print_json([ticket.as_contract() for ticket in found])
        return
    headings = ("number", "status", "category", "place", "due")
    print_table(headings, [_line(ticket) for ticket in found])


def _line(ticket: Ticket) -> tuple[str, ...]:
    place = ticket.complaint.place.label
    return (
        ticket.number,
        ticket.status.label,
        ticket.category_name,
        place,
        local_time(ticket.due_at),
    )


@tickets_app.command("show")
def show_ticket(number: Number, as_json: AsJson = False) -> None:
    """Show one ticket with its history and deliveries."""
    with opened_store() as store:
        ticket = store.by_number(number)
        if ticket is None:
            raise TicketNotFoundError(number)
        history = [asdict(event) for event in store.history(number)]
        deliveries = [asdict(delivery) for delivery in store.deliveries(number)]
    if as_json:
        print_json({**ticket.as_contract(), "history": history, "deliveries": deliveries})
        return
    print_table(("number", "status", "category", "place", "due"), [_line(ticket)])
    console.print(ticket.description_safe, markup=False)
    for event in history:
        note = event["public_note"] or event["internal_note"]
        console.print(
            local_time(event["at"]), event["event"], event["to_status"], note, markup=False
        )
    for sent in deliveries:
        words = (sent["target"], sent["kind"], sent["status"], sent["attempts"])
        console.print("→", *words, sent["last_error"], markup=False)


@tickets_app.command("erase")
def erase_ticket(
    number: Number,
    reason: Annotated[str, typer.Option(help="On whose word; it is kept, so it names nobody.")],
    as_json: AsJson = False,
) -> None:
    """Erase what is personal in a settled ticket; its number, times and steps stay."""
    with opened_store() as store:
        media = erase(store, number, actor="operator:cli", reason=reason, now=datetime.now(UTC))
    files = delete_media(settings_of_environment().home, media)
    answer(as_json, {"number": number, "files": files}, f"{number} erased, {files} files deleted")


@tickets_app.command("move")
def move_ticket(
    number: Number,
    status: Annotated[Status, typer.Argument(help="Where to.")],
    note: Annotated[str, typer.Option(help="What the resident reads.")] = "",
    handler: Annotated[str, typer.Option(help="Who handles it now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Move a ticket by hand; the resident is told."""
    with opened_store() as store:
        ticket = store.move(
            number, status, actor="operator:cli", now=datetime.now(UTC),
            public_note=note, handler=handler,
        )  # fmt: skip
    if as_json:
        print_json(ticket.as_contract())
    else:
        typer.echo(f"{ticket.number} {ticket.status.label}")


@tickets_app.command("requeue")
def requeue(
    number: Annotated[str, typer.Argument(help="Only this ticket's; all if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give dead deliveries all their tries again."""
    with opened_store() as store:
        count = Outbox(engine=store.engine).requeue(datetime.now(UTC), number=number)
    answer(as_json, {"requeued": count}, f"{count} requeued")


@worker_app.command("invite")
def invite(
    name: Annotated[str, typer.Option(help="The worker's name.")],
    cell: Annotated[list[str], typer.Option(help="A grid cell they answer for; repeatable.")],
    as_json: AsJson = False,
) -> None:
    """Make a one-time invitation code; it is shown this once only."""
    with opened_store() as store:
        registry = WorkerRegistry(store.engine, store.desk.cells)
        code = registry.invite(name, cell, datetime.now(UTC))
    answer(as_json, {"name": name, "cells": cell, "code": code}, code)


@worker_app.command("list")
def list_workers(as_json: AsJson = False) -> None:
    """List the workers and their cells."""
    with opened_store() as store:
        workers = WorkerRegistry(store.engine, store.desk.cells).all()
    if as_json:
        print_json([asdict(worker) for worker in workers])
        return
    rows = [(str(worker.id), worker.name, ", ".join(worker.cells)) for worker in workers]
    print_table(("id", "name", "cells"), rows)


@grid_app.command("status")
def grid_status(as_json: AsJson = False) -> None:
    """Show how many deliveries wait, arrived or died, and why they died."""
    settings = settings_of_environment()
    with opened_store() as store:
        outbox = Outbox(engine=store.engine)
        counts, dead = outbox.counts(), outbox.dead(10)
    if as_json:
        rows = [{"target": t, "status": s, "count": n} for (t, s), n in sorted(counts.items())]
        print_json(
            {"urls": settings.grid_urls, "deliveries": rows, "dead": list(map(asdict, dead))}
        )
        return
    typer.echo(f"grid: {' '.join(settings.grid_urls) or 'none'}")
    print_table(
        ("target", "status", "count"), [(t, s, str(n)) for (t, s), n in sorted(counts.items())]
    )
    for record in dead:
        console.print(record.number, record.target, record.last_error, markup=False)


@grid_app.command("send-event")
def send_event(
    number: Number,
    status: Annotated[Status, typer.Argument(help="What the grid system reports.")],
    note: Annotated[str, typer.Option(help="What the resident reads.")] = "",
    handler: Annotated[str, typer.Option(help="Who handles it now.")] = "",
    parent: Annotated[str, typer.Option(help="Which ticket it is joined to, if merged.")] = "",
    url: Annotated[str, typer.Option(help="Our door for events; the gateway's if left out.")] = "",
) -> None:
    """Report a status as the grid system would: signed, over HTTP (for demonstrations)."""
    settings = settings_of_environment()
    now = datetime.now(UTC)
    event = {"number": number, "status": status.value, "note": note, "handler": handler}
    body = as_bytes({**event, "parent": parent, "at": now.isoformat()})
    headers = sign(settings.grid_secret, f"cli-{uuid4().hex}", now, body)
    target = url or f"{settings.gateway_url}/api/grid/events"
    headers["content-type"] = "application/json"
    _print_answer(target, content=body, headers=headers)


@grid_app.command("fail")
def fail(
    mode: Annotated[Fault, typer.Argument(help="How it fails; none ends it.")],
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the requests.")] = 1.0,
    times: Annotated[int, typer.Option(min=0, help="So many requests; 0: until told.")] = 0,
    delay_s: Annotated[float, typer.Option(min=0, max=120, help="How late, if slow.")] = 2.0,
    retry_after_s: Annotated[
        int, typer.Option(min=-1, help="What 503 asks to wait; -1: nothing.")
    ] = -1,
    url: Annotated[str, typer.Option(help="Its address; this home's if left out.")] = "",
) -> None:
    """Tell the reference grid system to fail on purpose: 503, late, or answers that are lost."""
    plan = FaultPlan(
        mode=mode,
        share=share,
        times=times or None,
        delay_s=delay_s,
        retry_after_s=None if retry_after_s < 0 else retry_after_s,
    )
    with refusals():
        grid = GridSettings.from_env(os.environ)
    target = f"{url or f'http://127.0.0.1:{grid.port}'}{PREFIX}/faults"
    headers = {"authorization": f"Bearer {grid.internal_token}"}
    _print_answer(target, json=plan.model_dump(mode="json"), headers=headers)


def _print_answer(target: str, **request: Any) -> None:
    """Post, print the answer, and end with 1 if it is a refusal or nobody is there."""
    try:
        answered = httpx.post(target, timeout=10, trust_env=False, **request)
    except httpx.HTTPError as error:
        typer.echo(f"{type(error).__name__}: {target}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"HTTP {answered.status_code} {answered.text}")
    raise typer.Exit(0 if answered.is_success else 1)
