"""``python -m knowledge``: the knowledge base's part of the command line."""

import typer

from knowledge.cli import ask, eval_app
from knowledge.life_cli import knowledge_app

app = typer.Typer(no_args_is_help=True)
app.command("ask")(ask)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(eval_app, name="eval")

if __name__ == "__main__":
    app()
