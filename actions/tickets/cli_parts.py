"""What the commands of the ticket domain share: the store, refusals, and ways to print."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from actions.tickets.codes import SHANGHAI
from actions.tickets.errors import TicketError
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore, open_store

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
console = Console()


@contextmanager
def refusals() -> Iterator[None]:
    """Turn refusals into one plain line and exit code 1."""
    try:
        yield
    except TicketError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise typer.Exit(1) from error


def settings_of_environment() -> Settings:
    """Return the settings; a bad one ends the command with its name."""
    with refusals():
        return Settings.from_env(os.environ)


@contextmanager
def opened_store() -> Iterator[TicketStore]:
    """Give the store of the environment."""
    settings = settings_of_environment()
    with refusals(), closing(open_store(settings)) as store:
        yield store


def print_json(value: Any) -> None:
    """Print a value for other programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def local_time(at: datetime | None) -> str:
    """Return day and time in Shanghai."""
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""


def print_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table without lines."""
    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def answer(as_json: bool, value: dict[str, Any], line: str) -> None:
    """Print the value for other programs, or the line for a person."""
    if as_json:
        print_json(value)
    else:
        typer.echo(line)
