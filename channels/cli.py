"""Talk in the terminal: ``linli chat``, to the gateway that is running."""

import os
from typing import Annotated, Any

import httpx
import typer

from channels.settings import Settings


def chat(
    elderly: Annotated[
        bool, typer.Option("--elderly", help="the wording for elderly people")
    ] = False,
) -> None:
    """Talk to the running bot; a number chooses an option, an empty line ends."""
    settings = Settings.from_env(os.environ)
    audience = "elderly" if elderly else "standard"
    with httpx.Client(
        base_url=f"http://127.0.0.1:{settings.port}", timeout=60, trust_env=False
    ) as client:
        try:
            opened = client.post("/api/conversations", json={"audience": audience}).json()
        except httpx.HTTPError as error:
            typer.echo("邻里没有在运行,请先执行 make run(或 linli serve)。", err=True)
            raise typer.Exit(1) from error
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        while text := typer.prompt("您", default="", show_default=False):
            answer = client.post("/api/messages", json={"text": text})
            _show(answer.json())


def _show(turn: dict[str, Any]) -> None:
    if "title" in turn:  # a problem document
        typer.echo(turn["title"])
        return
    for reply in turn["replies"]:
        typer.echo(f"\n{reply['text']}")
        for citation in reply["citations"]:
            typer.echo(
                f"  ┆《{citation['document']}》{citation['clause']} · {citation['checked']}"
            )
        for number, choice in enumerate(reply["choices"], 1):
            typer.echo(f"  [{number}] {choice['title']}")
    typer.echo(f"  ({turn['outcome']})\n")
