"""Commands for many tickets at once: import, export, the 721 ledger, and trying out routing."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
import yaml

from actions.tickets.categories import load_categories
from actions.tickets.cli_parts import (
    AsJson,
    console,
    opened_store,
    print_json,
    print_table,
    refusals,
)
from actions.tickets.codes import SHANGHAI
from actions.tickets.errors import ImportFormatError
from actions.tickets.export import to_csv, to_xlsx
from actions.tickets.finding import Wanted
from actions.tickets.importing import take_in
from actions.tickets.ledger import ledger_of
from actions.tickets.rules import load_rules
from actions.tickets.simulation import simulate

records_app = typer.Typer()
SHOWN_BAD_ROWS = 20
Table = TypeVar("Table")
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day in Shanghai.")]


@records_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="The .csv or .xlsx file to write.")],
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 10_000,
) -> None:
    """Write tickets as a spreadsheet (CSV or XLSX), identities masked."""
    with opened_store() as store:
        found = store.search(Wanted(), limit=limit)
    if out.suffix.lower() == ".xlsx":
        out.write_bytes(to_xlsx(found))
    else:
        out.write_text(to_csv(found), encoding="utf-8", newline="")


@records_app.command("import")
def import_tickets(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file, as export writes them.")],
    as_json: AsJson = False,
) -> None:
    """Take past tickets in: nothing is delivered, nobody is told; twice is harmless."""
    with opened_store() as store:
        try:
            report = take_in(store, file, actor="operator:cli", now=datetime.now(UTC))
        except OSError as error:
            raise ImportFormatError(f"{type(error).__name__}: {file}") from error
    if as_json:
        print_json(asdict(report))
    else:
        typer.echo(f"{report.filed} taken in, {report.known} known, {len(report.bad)} left out")
        for bad in report.bad[:SHOWN_BAD_ROWS]:
            typer.echo(f"line {bad.line}: {bad.field}")
        if len(report.bad) > SHOWN_BAD_ROWS:
            typer.echo(f"… and {len(report.bad) - SHOWN_BAD_ROWS} more")
    raise typer.Exit(1 if report.bad else 0)


@records_app.command("ledger")
def ledger(since: Day = None, until: Day = None, as_json: AsJson = False) -> None:
    """Count closed tickets by the level that settled them (721 ledger); the last 30 days."""
    end = _midnight(until.date() + timedelta(days=1)) if until else datetime.now(UTC)
    begin = _midnight(since.date()) if since else end - timedelta(days=30)
    with opened_store() as store:
        found = ledger_of(store.engine, begin, end)
    if as_json:
        lines = [asdict(line) for line in found.lines]
        print_json({"since": begin, "until": end, "total": found.total, "levels": lines})
        return
    rows = [(line.level.label, str(line.count), f"{line.percent} %") for line in found.lines]
    print_table(("level", "closed", "share"), [*rows, ("", str(found.total), "")])


@records_app.command("simulate")
def simulate_routing(
    categories: Annotated[
        Path | None, typer.Option(help="The table of categories to try out.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="The rules.yml to try out.")] = None,
    since: Day = None,
    as_json: AsJson = False,
) -> None:
    """Say what other categories or rules would have done with past tickets."""
    with refusals():
        table = _read(categories, load_categories) if categories else None
        other = _read(rules, load_rules) if rules else None
        if table is None and other is None:
            raise ImportFormatError("nothing to try out: name --categories, --rules or both")
    begin = _midnight(since.date()) if since else None
    with opened_store() as store:
        found = simulate(store, table, other, since=begin)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    counts = ("tickets", "handler", "level", "deadline", "late", "late_then", "missing")
    rows = [(one.category, *(str(getattr(one, name)) for name in counts)) for one in found]
    total = ("all", *(str(sum(getattr(one, name) for one in found)) for name in counts))
    print_table(("category", *counts), [*rows, total])
    console.print("handler, level, deadline: tickets for which it would be another one")


def _read(path: Path, load: Callable[[Path], Table]) -> Table:
    try:
        return load(path.resolve())
    except (OSError, ValueError, KeyError, TypeError, re.error, yaml.YAMLError) as error:
        raise ImportFormatError(f"not a table of that kind: {path}") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
