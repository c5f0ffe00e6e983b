"""The action server and what stands beside it: discreet, on loopback."""

import asyncio
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from threading import Event
from typing import Any

import numpy as np
import pytest

import actions
from actions.embedding import BODY_LIMIT, EmbeddingService
from actions.phrases import local_time
from actions.server import ActionFailedError, DiscreetExecutor
from actions.settings import Settings, SettingsError
from actions.speech import entity, intent, metadata, payload, said
from tests.actions.stage import Talk, domains


def fail(_dispatcher: object, _tracker: object, _domain: object) -> None:
    raise LookupError("张三丰")


def call(name: str) -> dict[str, Any]:
    tracker = {
        "sender_id": "me",
        "slots": {},
        "latest_message": {"text": "张三丰"},
        "events": [],
        "paused": False,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {"next_action": name, "tracker": tracker, "domain": {"x": 1}, "sender_id": "me"}


async def test_a_failed_action_tells_its_type_and_place_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    executor = DiscreetExecutor()
    executor.register_function("action_failing", fail)

    with pytest.raises(ActionFailedError) as failed:
        await executor.run(call("action_failing"))

    assert str(failed.value) == "action_failing: LookupError"
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    assert "action action_failing failed: LookupError at tests.actions.test_server" in caplog.text
    assert "张三丰" not in caplog.text


def test_every_action_of_the_domains_is_registered() -> None:
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    executor = DiscreetExecutor()
    executor.register_package(actions)

    wanted = {name for domain in domains().values() for name in domain.get("actions", [])}
    assert wanted <= set(executor.actions)


class FakeEmbedder:
    """Turns a text into its length."""

    dim = 2
    model_id = "lengths"
    engine = "fake"

    def embed_queries(self, queries: Sequence[str]) -> Any:
        return np.array([[len(text), 0] for text in queries], dtype=np.float32)

    def embed_passages(self, passages: Sequence[str]) -> Any:
        return self.embed_queries(passages)


@pytest.fixture
def service() -> Iterator[EmbeddingService]:
    opened = EmbeddingService(FakeEmbedder(), 0, lambda: {"passages": 7})
    opened.start()
    yield opened
    opened.stop()


def post(url: str, body: bytes) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data=body), timeout=5) as answer:
        found: bytes = answer.read()
        return found


def test_texts_become_little_endian_rows(service: EmbeddingService) -> None:
    rows = np.frombuffer(
        post(f"{service.url}/embed", json.dumps(["灯", "灯坏了"]).encode()), "<f4"
    )

    assert rows.tolist() == [1, 0, 3, 0]


def test_the_service_says_which_model_serves(service: EmbeddingService) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{service.url}/healthz", timeout=5) as answer:
        assert json.load(answer) == {
            "status": "ok",
            "model": "lengths",
            "engine": "fake",
            "dim": 2,
            "passages": 7,
        }


@pytest.mark.parametrize(("path", "size"), [("/other", 10), ("/embed", BODY_LIMIT + 1)])
def test_what_is_no_list_of_texts_is_refused(
    service: EmbeddingService, path: str, size: int
) -> None:
    with pytest.raises(
        (urllib.error.HTTPError, ConnectionError, urllib.error.URLError)
    ) as refused:
        post(service.url + path, b" " * size)

    if isinstance(refused.value, urllib.error.HTTPError):
        assert refused.value.code == 404
        refused.value.close()


def test_ports_follow_the_first() -> None:
    assert Settings.from_env({}) == Settings(
        port=8002, embedding_port=8005, knowledge_port=8006, internal_token=""
    )
    assert Settings.from_env({"LINLI_PORT": "9000"}).port == 9002


@pytest.mark.parametrize("port", ["x", "0", "-1", "99999", "80 80"])
def test_a_bad_port_stops_the_start_with_its_name(port: str) -> None:
    with pytest.raises(SettingsError, match="LINLI_PORT"):
        Settings.from_env({"LINLI_PORT": port})


def test_a_chosen_option_is_no_words(talk: Talk) -> None:
    talk.hears(intent="ask_guide", entities={"item": "dog", "n": "1"})

    tracker = talk.tracker()

    assert said(tracker) == ""
    assert entity(tracker, "item") == "dog"
    assert entity(tracker, "other") == ""
    assert intent(tracker) == ("ask_guide", 0.9)


def test_a_tracker_without_a_message_is_harmless() -> None:
    tracker = Talk().tracker()

    assert (said(tracker), intent(tracker), metadata(tracker)) == ("", ("", 0.0), {})


def test_a_payload_is_an_intent_with_its_entities() -> None:
    assert payload("ask_guide", item="狗") == '/ask_guide{"item": "狗"}'


def test_times_are_read_in_shanghai() -> None:
    assert local_time(datetime(2026, 11, 21, 16, 5, tzinfo=UTC)) == "11月22日 00:05"


async def test_an_action_that_waits_holds_up_nobody_else() -> None:
    executor = DiscreetExecutor(in_threads=True)
    others_are_done = Event()

    def wait(_dispatcher: object, _tracker: object, _domain: object) -> None:
        if not others_are_done.wait(10):
            raise TimeoutError

    executor.register_function("action_waiting", wait)
    executor.register_function("action_quick", lambda dispatcher, tracker, domain: None)

    waiting = asyncio.create_task(executor.run(call("action_waiting")))
    await executor.run(call("action_quick"))
    others_are_done.set()

    assert (await waiting).events == []
