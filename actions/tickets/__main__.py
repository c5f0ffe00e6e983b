"""Runs a process of the ticket domain: ``serve`` (HTTP service) or ``deliver`` (worker)."""

import logging
import os
import sys

import typer

from actions.tickets import deliver as delivery
from actions.tickets.errors import SettingsError
from actions.tickets.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


def _settings() -> Settings:
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stdout,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # one line per delivery is ours
    try:
        return Settings.from_env(os.environ)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def serve() -> None:
    """Serve the ticket service on loopback."""
    import uvicorn

    from actions.tickets.service import create_app

    settings = _settings()
    uvicorn.run(create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning")


@app.command()
def deliver() -> None:
    """Deliver tickets to the grid system and news to residents until stopped."""
    try:
        delivery.run(_settings())
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


if __name__ == "__main__":
    app()
