"""The trained dialogue: how Rasa is trained, run and asked, in its own environment.

A model is named after the hash of what it was trained from, so a changed rule or example trains
a new one and anything else starts at once.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actions.settings import SettingsError

REPOSITORY = Path(__file__).resolve().parents[1]
BOT = REPOSITORY / "bot"
PYTHON = REPOSITORY / ".venv-rasa" / "bin" / "python"
KEPT_MODELS = 3
# components that nothing is trained with
SERVING = {"caution.py", "door.py", "english.py", "patches.py", "tracker_store.py"}


class TrainingError(Exception):
    """Rasa did not train; its own output says why."""


def rasa_environ(environ: Mapping[str, str], embedding_url: str) -> dict[str, str]:
    """Return the environment Rasa's processes get."""
    return {
        **environ,
        "PYTHONPATH": str(BOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "LINLI_EMBEDDING_URL": embedding_url,
    }


def fingerprint(embedder_id: str) -> str:
    """Return a hash of everything that a model is trained from."""
    digest = hashlib.sha256(embedder_id.encode())
    sources = [REPOSITORY / "config.yml", BOT / "requirements.txt"]
    sources += sorted((BOT / "skills").rglob("*.yml"))
    sources += sorted(
        set((BOT / "components").glob("*.py")) - {BOT / "components" / one for one in SERVING}
    )
    for source in sources:
        digest.update(str(source.relative_to(REPOSITORY)).encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def model_path(home: Path, embedder_id: str) -> Path:
    """Return where the model of the present bot is, or will be."""
    return home / "models" / "dialogue" / f"{fingerprint(embedder_id)}.tar.gz"


def examples_and_rules() -> list[str]:
    """Return the files that Rasa learns from."""
    found = [*BOT.glob("skills/*/nlu.yml"), *BOT.glob("skills/*/rules.yml")]
    return sorted(str(path) for path in found)


def train(target: Path, embedding_url: str) -> None:
    """Train the model into ``target``; an interrupted training leaves nothing there.

    Raises:
        SettingsError: Rasa's environment is missing.
        TrainingError: Rasa refused.
    """
    if not PYTHON.exists():
        raise SettingsError("Rasa's environment is missing: run make setup")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = f"training-{os.getpid()}"
    command = [
        str(PYTHON), "-m", "rasa", "train",
        "--config", str(REPOSITORY / "config.yml"),
        "--domain", str(BOT / "skills"),
        "--data", *examples_and_rules(),  # a folder would have every domain read twice
        "--out", str(target.parent),
        "--fixed-model-name", draft,
        "--force",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        env=rasa_environ(os.environ, embedding_url),
        cwd=target.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    trained = target.parent / f"{draft}.tar.gz"
    if done.returncode or not trained.exists():
        trained.unlink(missing_ok=True)
        raise TrainingError(done.stdout[-4000:])
    trained.rename(target)
    _forget_old_models(target)


def _forget_old_models(newest: Path) -> None:
    others = sorted(newest.parent.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for stale in others[:-KEPT_MODELS]:
        stale.unlink()


def run_command(model: Path, port: int) -> list[str]:
    """Return the command that serves ``model`` on loopback."""
    return [
        str(PYTHON), "-m", "rasa", "run",
        "--model", str(model),
        "--endpoints", str(BOT / "endpoints.yml"),
        "--credentials", str(BOT / "credentials.yml"),
        "--interface", "127.0.0.1",
        "--port", str(port),
        "--logging-config-file", str(BOT / "logging.yml"),
    ]  # fmt: skip


class Parser:
    """Rasa's understanding without a server: one process, one model, one text at a time."""

    def __init__(self, model: Path, embedding_url: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [str(PYTHON), str(BOT / "parse.py"), str(model)],
            env=rasa_environ(os.environ, embedding_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def parse(self, text: str) -> dict[str, Any]:
        """Return ``{"intent": {"name", "confidence"}, "entities": […]}``.

        Raises:
            TrainingError: the model cannot be loaded.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise TypeError("the process was started without pipes")
        try:
            stdin.write(json.dumps(text) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise TrainingError("the trained model could not be loaded: linli train dialogue")
        parsed: dict[str, Any] = json.loads(line)
        return parsed

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()
