"""Linli (邻里): the command line, and the one place that knows every package.

``knowledge``, ``actions`` and ``channels`` never build each other; this module puts them together.
"""

import os
from pathlib import Path

import typer
from dotenv import load_dotenv

import stages
from actions.cli import train_app, understand
from actions.tickets.cli import grid_app, tickets_app, worker_app
from actions.tickets.masking import mask
from actions.understanding.address.cli import address
from channels.cli import chat
from channels.doubts_cli import nlu_app
from channels.family.cli import family_app
from channels.home import load_secrets
from channels.wechat.cli import wechat_app
from knowledge.answer_cli import answer_app
from knowledge.cli import ask, eval_app
from knowledge.life_cli import knowledge_app
from voice.cli import voice_app

ROOT = Path(__file__).resolve().parent
app = typer.Typer(
    name="linli",
    help="Linli (邻里): cited answers, tracked tickets, named people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback of theirs shows variables, so people's words
)
app.command()(ask)
app.command()(understand)
app.command()(address)
app.command()(chat)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(answer_app, name="answer")
app.add_typer(eval_app, name="eval")
app.add_typer(train_app, name="train")
app.add_typer(nlu_app(mask), name="nlu")
app.add_typer(tickets_app, name="tickets")
app.add_typer(worker_app, name="worker")
app.add_typer(grid_app, name="grid")
app.add_typer(wechat_app, name="wechat")
app.add_typer(voice_app, name="voice")
app.add_typer(family_app, name="family")


@app.callback()
def prepare() -> None:
    """Read ``.env`` and the home folder's secrets for whatever comes next."""
    load_dotenv(ROOT / ".env")  # what the environment has already goes before it
    for name, value in {**load_secrets(home()), **stages.addresses()}.items():
        if not os.environ.get(name):
            os.environ[name] = value


@app.command()
def setup() -> None:
    """Create what is missing: databases, embedder, index, trained dialogue."""
    stages.set_up(home())


@app.command()
def serve() -> None:
    """Serve everything on loopback until Ctrl-C."""
    model = stages.set_up(home())
    raise typer.Exit(stages.serve(home(), model))


@app.command()
def doctor() -> None:
    """Say what is here, what is missing and what to do about it."""
    raise typer.Exit(stages.examine(home()))


def home() -> Path:
    """Return the folder that holds everything this installation makes."""
    return Path(os.environ.get("LINLI_HOME") or ROOT / "var").resolve()


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
