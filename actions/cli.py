"""Commands about understanding: ``linli understand`` and ``linli train``."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from actions import dialogue_model
from actions.settings import SettingsError
from actions.understanding.address.cli import train_addresses
from actions.understanding.history.cli import train_categories
from knowledge.cli import read_lines
from knowledge.errors import KnowledgeError
from knowledge.settings import Settings as KnowledgeSettings

train_app = typer.Typer(help="Train what can be trained; the results stay in LINLI_HOME.")
train_app.command("addresses")(train_addresses)
train_app.command("categories")(train_categories)


def understand(
    text: Annotated[str, typer.Argument(help="what somebody wrote")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='read lines {"id", "text"} from standard input')
    ] = False,
) -> None:
    """Say what a first message means: intent, department, entities, draft."""
    if not text and not jsonl:
        raise typer.BadParameter("请给出一句话,或者用 --jsonl 从标准输入读取。")
    lines = read_lines(sys.stdin) if jsonl else None
    with _clear_errors(), _reader() as read:
        if lines is None:
            found = next(read([text]))
            typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
            return
        for identity, words in lines:
            found = next(read([words]))
            typer.echo(json.dumps({"id": identity, **found}, ensure_ascii=False))


@train_app.command("dialogue")
def train_dialogue(
    force: Annotated[bool, typer.Option(help="train even if nothing changed")] = False,
) -> None:
    """Train Rasa's model from bot/ and config.yml."""
    settings = KnowledgeSettings.from_env(os.environ)
    model = dialogue_model.model_path(settings.home, settings.embedding_model)
    with _clear_errors():
        if force or not model.exists():
            _train(settings, model)
    typer.echo(str(model))


@contextmanager
def _reader() -> Iterator[Any]:
    """Yield a function from texts to what they mean, with every model loaded once."""
    from actions import resources
    from actions.embedding import EmbeddingService

    settings = KnowledgeSettings.from_env(os.environ)
    model = dialogue_model.model_path(settings.home, settings.embedding_model)
    if not model.exists():
        _train(settings, model)
    service = EmbeddingService(resources.embedder(), 0)
    service.start()
    parser = dialogue_model.Parser(model, service.url)
    understander = resources.understander()

    def read(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
        for text in texts:
            parsed = parser.parse(text)
            found = understander.understand(text, datetime.now(UTC)).as_dict()
            extra = [entity for entity in parsed["entities"] if entity.get("value")]
            found["entities"] += [_entity(entity) for entity in extra]
            intent = parsed["intent"]
            if intent["name"] == "emergency":
                found["draft"]["urgency"] = 1
            confidence = round(float(intent["confidence"]), 4)
            yield {"intent": intent["name"], "confidence": confidence, **found}

    try:
        yield read
    finally:
        parser.close()
        service.stop()


def _entity(found: dict[str, Any]) -> dict[str, Any]:
    names = ("entity", "value", "start", "end")
    return {name: found[name] for name in names if name in found}


def _train(settings: KnowledgeSettings, model: Any) -> None:
    from actions.embedding import EmbeddingService
    from knowledge.embedder import open_embedder

    service = EmbeddingService(open_embedder(settings), 0)
    service.start()
    try:
        dialogue_model.train(model, service.url)
    finally:
        service.stop()


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except (KnowledgeError, SettingsError, dialogue_model.TrainingError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
