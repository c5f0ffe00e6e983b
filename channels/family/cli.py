"""Deletion on request: ``linli family erase``."""

import os
from typing import Annotated

import typer

from channels.database import migrate, open_engine
from channels.family.ties import Ties
from channels.settings import Settings
from channels.vault import Vault

family_app = typer.Typer(
    help="Relatives whom elderly people let in.", no_args_is_help=True, add_completion=False
)


@family_app.callback()
def family() -> None:
    """Relatives whom elderly people let in."""


@family_app.command("erase")
def erase(
    conversation: Annotated[str, typer.Argument(help="the id the console shows")],
) -> None:
    """Delete every name, telephone, consent and call of a conversation, on either side."""
    settings = Settings.from_env(os.environ)
    engine = open_engine(settings.database_url)
    migrate(engine)
    count = Ties(engine, Vault(settings.vault_key)).erase(conversation)
    engine.dispose()
    typer.echo(f"{count} ties deleted")
