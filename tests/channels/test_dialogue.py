"""The door into Rasa: whatever it answers becomes a turn or an honest error."""

import json
from typing import Any

import httpx
import pytest

from channels.dialogue import RasaDialogue, Utterance, read_turn
from channels.errors import DialogueUnavailableError
from channels.message import Choice, Outcome

UTTERANCE = Utterance(
    sender="c1", text="灯坏了", audience="elderly", metadata={"message_id": "m1"}
)
INTENT = {"name": "report_problem", "confidence": 0.98765}
WORDS = {"recipient_id": "c1", "text": " 记下了 "}
TICKET = {"number": None, "code": None}


def answer_of(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages), "intent": INTENT}


async def ask(handler: Any) -> Any:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        return await RasaDialogue(client, "http://rasa").respond(UTTERANCE)


async def test_a_message_goes_out_with_what_belongs_to_it() -> None:
    seen: list[httpx.Request] = []

    def rasa(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer_of(WORDS))

    turn = await ask(rasa)

    assert seen[0].url.path == "/webhooks/linli/webhook"
    assert json.loads(seen[0].content) == {
        "sender": "c1",
        "message": "灯坏了",
        "audience": "elderly",
        "metadata": {"message_id": "m1"},
    }
    assert turn.replies[0].text == "记下了"
    assert turn.intent.as_dict() == {"name": "report_problem", "confidence": 0.9877}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(404, text="not found"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={}),
        httpx.Response(200, json=None),
        httpx.Response(200, json={"messages": None}),
        httpx.Response(200, json={"messages": ["x"]}),
        httpx.Response(200, json={"messages": [], "intent": None}),
        httpx.Response(200, json=answer_of()),
        httpx.Response(200, json=answer_of({"text": ""})),
        httpx.Response(200, json=answer_of({"text": " \n"})),
        httpx.Response(200, json=answer_of({"custom": {"outcome": "answer"}})),
        httpx.Response(200, json=answer_of(WORDS, {"custom": {"outcome": "unheard of"}})),
        httpx.Response(200, json=answer_of(WORDS | {"buttons": [{"title": "无"}]})),
    ],
    ids=range(15),
)
async def test_an_answer_that_says_nothing_is_no_answer(answer: httpx.Response) -> None:
    with pytest.raises(DialogueUnavailableError):
        await ask(lambda _: answer)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.PoolTimeout("x")]
)
async def test_a_silent_dialogue_is_unavailable(error: httpx.HTTPError) -> None:
    def rasa(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(DialogueUnavailableError):
        await ask(rasa)


def test_what_follows_the_words_belongs_to_them() -> None:
    citation = {"document": "条例", "clause": "第二条", "quote": "半年", "text": "半年以上"}
    turn = read_turn(
        answer_of(
            {"text": "一", "buttons": [{"title": "好", "payload": "/affirm"}]},
            {"custom": {"outcome": "answer", "citations": [citation]}},
            {"custom": {"ticket": TICKET}},
            {"text": "二"},
            {"custom": {"outcome": "ticket"}},
        )
    )

    one, two = turn.replies
    assert one.choices == (Choice(title="好", payload="/affirm"),)
    assert one.citations[0].quote == "半年"
    assert one.citations[0].source == ""
    assert (two.text, two.choices, two.citations) == ("二", (), ())
    assert turn.outcome is Outcome.ANSWER  # of what is said first
    assert turn.ticket == TICKET


def test_words_without_an_outcome_ask_back() -> None:
    turn = read_turn({"messages": [WORDS], "intent": None})

    assert turn.outcome is Outcome.CLARIFY
    assert turn.intent.name == ""
    assert turn.ticket is None
