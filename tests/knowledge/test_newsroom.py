"""News from the knowledge base to the gateway, over real HTTP."""

import pytest

from knowledge.errors import NewsError
from knowledge.newsroom import Newsroom
from tests.knowledge.loopback import send, serving


def test_news_go_out_with_the_token() -> None:
    with serving(lambda handler, _: send(handler, 204, b"")) as gateway:
        is_there = Newsroom(gateway.url, "a-token").send("clause:1:c-1", "c-1", "条款有变化")

    assert is_there
    assert gateway.paths == ["/internal/news"]
    assert gateway.headers[0]["authorization"] == "Bearer a-token"
    assert gateway.asked == [{"id": "clause:1:c-1", "conversation": "c-1", "text": "条款有变化"}]


def test_nobody_there_is_no_fault() -> None:
    with serving(lambda handler, _: send(handler, 404, b"{}")) as gateway:
        assert not Newsroom(gateway.url, "a-token").send("k", "c-1", "条款有变化")


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_gateway_that_does_not_take_it_is_a_fault(status: int) -> None:
    with serving(lambda handler, _: send(handler, status, b"{}")) as gateway:
        room = Newsroom(gateway.url, "a-token")

        with pytest.raises(NewsError, match=str(status)):
            room.send("k", "c-1", "条款有变化")


def test_a_gateway_that_is_away_is_a_fault() -> None:
    with serving(lambda handler, _: send(handler, 204, b"")) as gateway:
        url = gateway.url

    with pytest.raises(NewsError):
        Newsroom(url, "a-token").send("k", "c-1", "条款有变化")
