"""What people think of an answer reaches the knowledge desk, with the question it answered."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from channels.message import Outcome
from tests.channels.office import INTERNAL, Guest, Office, open_office, problem, says

RECEIPT = "7KQ2M-9XW4T"
QUESTION = "居住证要住满多久"


class Desk:
    """The knowledge desk, as the gateway sees it."""

    def __init__(self) -> None:
        self.status = 204
        self.is_away = False
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        self.asked.append(request)
        return httpx.Response(self.status)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.asked]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def office(tmp_path: Path, desk: Desk) -> AsyncIterator[Office]:
    async with open_office(tmp_path, desk) as opened:
        told = says("住满半年", outcome=Outcome.ANSWER)
        replies = tuple(replace(reply, receipt=RECEIPT) for reply in told.replies)
        opened.talker.script[QUESTION] = replace(told, replies=replies)
        yield opened


async def judge(guest: Guest, receipt: str = RECEIPT, useful: object = False) -> httpx.Response:
    body = {"receipt": receipt, "useful": useful}
    return await guest.client.post("/api/feedback", json=body, headers=guest.headers)


async def test_a_receipt_comes_with_the_reply(guest: Guest) -> None:
    body = await guest.say(QUESTION)

    assert [reply["receipt"] for reply in body["replies"]] == [RECEIPT]


async def test_an_opinion_reaches_the_desk_with_its_question(guest: Guest, desk: Desk) -> None:
    await guest.say(QUESTION)

    answer = await judge(guest)

    assert answer.status_code == 204
    assert desk.bodies == [
        {"receipt": RECEIPT, "useful": False, "conversation": guest.id, "said": QUESTION}
    ]
    assert desk.asked[0].url.path == "/internal/knowledge/feedback"
    assert desk.asked[0].headers["authorization"] == f"Bearer {INTERNAL}"


async def test_nobody_judges_what_others_were_told(
    office: Office, guest: Guest, desk: Desk
) -> None:
    await guest.say(QUESTION)
    stranger = await office.guest()

    answer = await judge(stranger)

    problem(answer, 404, "unknown_receipt")
    assert desk.asked == []


async def test_a_receipt_that_the_desk_does_not_know_is_said(guest: Guest, desk: Desk) -> None:
    await guest.say(QUESTION)
    desk.status = 404

    assert (await judge(guest)).status_code == 404


@pytest.mark.parametrize("status", [401, 500])
async def test_a_desk_that_fails_is_to_be_tried_again(
    guest: Guest, desk: Desk, status: int
) -> None:
    await guest.say(QUESTION)
    desk.status = status

    assert (await judge(guest)).status_code == 503


async def test_a_desk_that_is_away_is_to_be_tried_again(guest: Guest, desk: Desk) -> None:
    await guest.say(QUESTION)
    desk.is_away = True

    assert (await judge(guest)).status_code == 503


@pytest.mark.parametrize(("receipt", "useful"), [("", True), ("x" * 40, True), (RECEIPT, "maybe")])
async def test_what_is_no_opinion_is_refused(guest: Guest, receipt: str, useful: object) -> None:
    assert (await judge(guest, receipt, useful)).status_code == 422


async def test_an_opinion_needs_the_conversations_key(office: Office) -> None:
    answer = await office.client.post("/api/feedback", json={"receipt": RECEIPT, "useful": True})

    assert answer.status_code == 401
