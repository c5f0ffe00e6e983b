"""``linli voice``: put the model together, or try the recogniser on a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from voice.errors import VoiceError
from voice.model import assemble
from voice.settings import Settings

voice_app = typer.Typer(help="Speech recognition, offline.", no_args_is_help=True)


@voice_app.command()
def setup() -> None:
    """Put the recogniser's model together; what was interrupted is made again."""
    try:
        typer.echo(assemble(Settings.from_env(os.environ).home))
    except VoiceError as error:
        raise typer.BadParameter(str(error)) from error


@voice_app.command()
def hear(sound: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Print what is said in a file; nothing of it is kept."""
    from voice.worker import open_recogniser

    try:
        heard = open_recogniser(Settings.from_env(os.environ)).hear(sound.read_bytes())
    except VoiceError as error:
        raise typer.BadParameter(f"{type(error).__name__} {error}") from error
    typer.echo(heard.text)
