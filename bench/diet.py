"""Rasa's own neural classifier (DIET), trained in Rasa's environment on given examples."""

import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from actions.dialogue_model import PYTHON, Parser, rasa_environ
from bench.examples import Example

EPOCHS = 100
TIME_LIMIT_S = 300.0
NOWHERE = "http://127.0.0.1:9"  # the embedding service, which this pipeline does not ask
PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char", "min_ngram": 1, "max_ngram": 2,
     "min_df": 2},
    {"name": "DIETClassifier", "epochs": EPOCHS, "entity_recognition": False,
     "constrain_similarities": True, "random_seed": 42},
]  # fmt: skip


@contextmanager
def trained(examples: Sequence[Example]) -> Iterator[Callable[[str], str] | None]:
    """Give what tells the intent of a text, or None if training takes longer than the limit."""
    with tempfile.TemporaryDirectory() as folder:
        model = _train(examples, Path(folder))
        if model is None:
            yield None
            return
        parser = Parser(model, NOWHERE)
        try:
            yield lambda text: str(parser.parse(text)["intent"]["name"])
        finally:
            parser.close()


def _train(examples: Sequence[Example], folder: Path) -> Path | None:
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[example.intent].append(f"- {example.text}\n")
    entries = [
        {"intent": intent, "examples": "".join(lines)} for intent, lines in by_intent.items()
    ]
    config = {
        "recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": PIPELINE
    }  # fmt: skip
    _write(folder / "config.yml", config)
    _write(folder / "nlu.yml", {"version": "3.1", "nlu": entries})
    command = [
        str(PYTHON), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml",
        "--out", ".", "--fixed-model-name", "diet",
    ]  # fmt: skip
    try:
        subprocess.run(
            command, cwd=folder, env=rasa_environ(os.environ, NOWHERE), check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=TIME_LIMIT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return folder / "diet.tar.gz"


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
