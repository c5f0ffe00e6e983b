"""How a conversation is played, against a product that is only pretended."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conversation import Conversation, Step
from tests.playing import ConversationFailedError, Player
from tests.serving import Product

NUMBER = "20261121-000007"


class PretendedProduct:
    """Files whatever is said; remembers what was sent and by whom."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/conversations":
            opened = {"conversation": f"c{len(self.sent)}", "token": f"t{len(self.sent)}"}
            return httpx.Response(201, json=opened)
        body = json.loads(request.content)
        self.sent.append((request.headers["authorization"], body))
        return httpx.Response(200, json=self._turn(body))

    def _turn(self, body: dict[str, Any]) -> dict[str, Any]:
        reply = {
            "text": body.get("text") or "选了",
            "choices": [{"title": "查进度", "token": "tok"}],
            "citations": [],
        }
        return {
            "replies": [reply],
            "outcome": "ticket",
            "ticket": {"number": NUMBER, "code": "AB12"},
            "intent": {"name": "inform", "confidence": 0.9},
        }


@pytest.fixture
def pretended() -> PretendedProduct:
    return PretendedProduct()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    process = subprocess.Popen([sys.executable, "-c", ""])
    yield Product(home=tmp_path, port=1, process=process)
    process.wait()


def play(product: Product, pretended: PretendedProduct, *turns: dict[str, Any]) -> None:
    steps = tuple(Step.read(turn) for turn in turns)
    script = Conversation(name="试", skill="progress", audience="standard", steps=steps)
    transport = httpx.MockTransport(pretended)
    with httpx.Client(transport=transport, base_url="http://product") as client:
        Player(product, client, script).play()


def test_the_ticket_filed_last_fills_the_gaps(
    product: Product, pretended: PretendedProduct
) -> None:
    play(
        product, pretended,
        {"user": "灯坏了"}, {"user": "{number} {code}", "says": ["{number}"]},
    )  # fmt: skip

    assert pretended.sent[1][1]["text"] == f"{NUMBER} AB12"


def test_an_option_is_chosen_by_its_token(product: Product, pretended: PretendedProduct) -> None:
    play(product, pretended, {"user": "灯坏了"}, {"choose": "查进度"})

    assert pretended.sent[1][1]["choice"] == "tok"


def test_an_option_that_is_not_on_the_screen_cannot_be_chosen(
    product: Product, pretended: PretendedProduct
) -> None:
    with pytest.raises(ConversationFailedError, match="撤回 is not on offer"):
        play(product, pretended, {"user": "灯坏了"}, {"choose": "撤回"})


def test_a_repeated_message_is_the_same_message(
    product: Product, pretended: PretendedProduct
) -> None:
    play(product, pretended, {"user": "灯坏了"}, {"repeat": True})

    assert pretended.sent[0] == pretended.sent[1]


def test_each_person_has_a_conversation(product: Product, pretended: PretendedProduct) -> None:
    play(product, pretended, {"user": "灯坏了"}, {"person": "邻居", "user": "我也是"})

    assert pretended.sent[0][0] != pretended.sent[1][0]


def test_a_failure_tells_the_whole_story(product: Product, pretended: PretendedProduct) -> None:
    with pytest.raises(ConversationFailedError) as failure:
        play(product, pretended, {"user": "灯坏了"}, {"user": "嗯", "outcome": "answer"})

    assert "turn 2: outcome ticket, not answer" in str(failure.value)
    assert "居民: 灯坏了" in str(failure.value)
