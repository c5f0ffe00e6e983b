"""What an operator sees of a left question: also what was asked after the last answer."""

from typing import Any

import httpx

from channels.console.questions import QuestionDesk

NUMBER = "20261123-000001"


def event(name: str, before: str, after: str, note: str = "") -> dict[str, Any]:
    return {"event": name, "from_status": before, "to_status": after, "public_note": note}


def desk(history: list[dict[str, Any]]) -> QuestionDesk:
    """Return a desk whose ticket service has one question with this history."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/internal/questions":
            return httpx.Response(200, json={"questions": [{"number": NUMBER}]})
        assert request.url.path == f"/internal/tickets/{NUMBER}"
        return httpx.Response(200, json={"history": history})

    return QuestionDesk(
        httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        tickets_url="http://tickets",
        knowledge_url="http://knowledge",
        internal_token="internal",
    )


async def test_what_was_asked_after_the_answer_stands_beside_the_question() -> None:
    history = [
        event("supplement", "submitted", "submitted", "是三期的"),
        event("move", "accepted", "resolved", "夏天每天9点到21点"),
        event("move", "resolved", "reopened"),
        event("supplement", "reopened", "reopened", "冬天开不开"),
    ]

    (question,) = await desk(history).waiting()

    assert question["added"] == ["冬天开不开"]


async def test_what_was_added_before_any_answer_stands_there_too() -> None:
    history = [event("supplement", "submitted", "submitted", "是三期的")]

    (question,) = await desk(history).waiting()

    assert question["added"] == ["是三期的"]
