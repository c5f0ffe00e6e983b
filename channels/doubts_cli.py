"""The command ``linli nlu review``: what was not surely understood, ready to become examples."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
import yaml

from channels.database import open_engine
from channels.doubts import Doubt, Mask, Why, doubts_in, examples_of
from channels.settings import Settings

LEAST, DAYS, MOST = 0.4, 30, 200


def nlu_app(mask: Mask) -> typer.Typer:
    """Return the commands about understanding; ``mask`` takes out what identifies a person."""
    app = typer.Typer(help="Learn from what was not understood.")

    @app.callback()
    def about() -> None:
        """Learn from what was not understood."""

    @app.command()
    def review(
        days: Annotated[int, typer.Option(min=1, help="how far back to look")] = DAYS,
        below: Annotated[
            float, typer.Option(min=0, max=1, help="confidence below which an intent is unsure")
        ] = LEAST,
        limit: Annotated[int, typer.Option(min=1, help="how many at most")] = MOST,
        as_json: Annotated[bool, typer.Option("--json", help="print JSON lines")] = False,
    ) -> None:
        """List low-confidence and corrected messages, masked, ready to become examples."""
        engine = open_engine(Settings.from_env(os.environ).database_url)
        try:
            since = datetime.now(UTC) - timedelta(days=days)
            found = doubts_in(engine, since=since, least=below, mask=mask)[:limit]
        finally:
            engine.dispose()
        if as_json:
            for doubt in found:
                typer.echo(json.dumps(doubt.as_dict(), ensure_ascii=False))
            return
        typer.echo(_summary(found))
        typer.echo(examples_of(found), nl=False)

    return app


def _summary(found: list[Doubt]) -> str:
    path = Path(__file__).with_name("doubts.yml")
    words: dict[str, str] = yaml.safe_load(path.read_text("utf-8"))["words"]
    if not found:
        return words["none"]
    corrected = sum(doubt.why is Why.CORRECTED for doubt in found)
    return words["summary"].format(
        count=len(found), corrected=corrected, unsure=len(found) - corrected
    )
