"""Two ways to the same dialogue: the product, and plain Rasa beside it."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import uuid4

import httpx
import yaml

from actions.dialogue_model import BOT, PYTHON, model_path, rasa_environ
from bench.processes import programs_of
from knowledge.settings import Settings
from tests.serving import NotServingError, Product, environ_for, free_base_port, stop

READY_WITHIN_S = 120.0
WARM_UP = ("您好", "居住证怎么办理", "要带什么材料", "楼道灯坏了", "算了,不报了")


class Talker(Protocol):
    """Something that answers; ``processes`` are those that a turn keeps busy."""

    name: str
    processes: tuple[int, ...]

    def open(self) -> str:
        """Return a new conversation."""
        ...

    def say(self, conversation: str, text: str) -> float:
        """Return the seconds until ``text`` was answered."""
        ...


class Linli:
    """The product through its gateway, as a browser sees it."""

    name = "Linli"

    def __init__(self, product: Product) -> None:
        programs = programs_of(product.process.pid)
        self.processes = tuple(programs[name] for name in ("gateway", "rasa", "actions"))
        self._client = httpx.Client(base_url=product.url, timeout=60.0, trust_env=False)
        self._tokens: dict[str, str] = {}
        self.last_turn: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def open(self) -> str:
        """Return a new conversation."""
        opened = self._client.post("/api/conversations", json={}).raise_for_status().json()
        self._tokens[opened["conversation"]] = opened["token"]
        return str(opened["conversation"])

    def say(self, conversation: str, text: str) -> float:
        """Return the seconds until ``text`` was answered."""
        headers = {"authorization": f"Bearer {self._tokens[conversation]}"}
        body = {"text": text, "message_id": uuid4().hex}
        begin = perf_counter()
        answer = self._client.post("/api/messages", json=body, headers=headers)
        seconds = perf_counter() - begin
        self.last_turn = answer.raise_for_status().json()
        return seconds


@dataclass(slots=True)
class PlainRasa:
    """Rasa's REST channel: same model, action server and embedder, nothing else of ours."""

    client: httpx.Client
    processes: tuple[int, ...]
    name: str = "plain Rasa"

    def open(self) -> str:
        """Return a new conversation."""
        return uuid4().hex

    def say(self, conversation: str, text: str) -> float:
        """Return the seconds until ``text`` was answered.

        Raises:
            NotServingError: the answer was empty, as it is when an action fails.
        """
        body = {"sender": conversation, "message": text}
        begin = perf_counter()
        answer = self.client.post("/webhooks/rest/webhook", json=body)
        seconds = perf_counter() - begin
        if not answer.raise_for_status().json():
            raise NotServingError("plain Rasa said nothing")
        return seconds


@contextmanager
def plain_rasa(product: Product) -> Iterator[PlainRasa]:
    """Serve the product's model from a second Rasa until the block ends.

    It has its tracker in memory and none of our patches; it asks the product's action server and
    embedding service.
    """
    port = free_base_port()
    folder = product.home / "plain-rasa"
    folder.mkdir(exist_ok=True)
    actions = f"http://127.0.0.1:{product.port + 2}/webhook"
    _write(folder / "credentials.yml", {"rest": None})
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": actions}})
    environ = environ_for(product.home, product.port, os.environ)
    model = model_path(product.home, Settings.from_env(environ).embedding_model)
    command = [
        str(PYTHON), "-m", "rasa", "run", "--model", str(model),
        "--endpoints", str(folder / "endpoints.yml"),
        "--credentials", str(folder / "credentials.yml"),
        "--interface", "127.0.0.1", "--port", str(port),
        "--logging-config-file", str(BOT / "logging.yml"),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=rasa_environ(environ, f"http://127.0.0.1:{product.port + 5}"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=60.0, trust_env=False) as client:
            _wait_until_serving(client, process)
            actions_process = programs_of(product.process.pid)["actions"]
            plain = PlainRasa(client, (process.pid, actions_process))
            _warm_up(plain)
            yield plain
    finally:
        stop(process)


def _warm_up(talker: Talker) -> None:
    for _ in range(2):
        for text in WARM_UP:
            talker.say(talker.open(), text)


def _wait_until_serving(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + READY_WITHIN_S
    while monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/webhooks/rest/").is_success:
                return
        except httpx.HTTPError:
            pass
        sleep(0.5)
    raise NotServingError("plain Rasa did not come up")


def _write(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(yaml.safe_dump(dict(content)), "utf-8")
