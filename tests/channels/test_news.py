"""News reach the person they are for: once, in order, also after a break."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from channels.conversations import Conversation
from channels.errors import PushFailedError, UnknownConversationError
from channels.message import Audience
from channels.news import News, NewsDesk
from tests.channels.office import INTERNAL, Guest, Office, problem
from tests.channels.pages.house import House, free_port, open_house

SOLVED = '/confirm_solved{"ticket_number":"20261121-000123"}'


def texts(news: list[News]) -> list[str]:
    return [item.body["replies"][0]["text"] for item in news]


async def test_news_are_kept_for_their_conversation(office: Office, guest: Guest) -> None:
    answer = await office.publish(conversation=guest.id, status_name="已受理")

    assert answer.status_code == 204
    (news,) = office.parts.news.since(guest.id, 0)
    assert news.body["outcome"] == "ticket_status"
    assert news.body["ticket"] == {
        "number": "20261121-000123",
        "status": "accepted",
        "status_name": "已受理",
    }


async def test_news_of_no_ticket_have_none(office: Office, guest: Guest) -> None:
    await office.publish(conversation=guest.id, number="", status="", text="条款有变化")

    (news,) = office.parts.news.since(guest.id, 0)
    assert news.body["outcome"] == "answer"
    assert news.body["ticket"] is None


async def test_the_same_id_is_the_same_news(office: Office, guest: Guest) -> None:
    await office.publish(conversation=guest.id, text="一")
    answer = await office.publish(conversation=guest.id, text="一")

    assert answer.status_code == 204
    assert texts(office.parts.news.since(guest.id, 0)) == ["一"]


async def test_the_same_id_twenty_times_at_once_is_one(office: Office, guest: Guest) -> None:
    await asyncio.gather(*(office.publish(conversation=guest.id) for _ in range(20)))

    assert len(office.parts.news.since(guest.id, 0)) == 1


@pytest.mark.parametrize("token", ["", "wrong", INTERNAL + "x", "张三"])
async def test_news_need_the_internal_token(office: Office, guest: Guest, token: str) -> None:
    body = {"id": "1", "conversation": guest.id, "number": "1", "status": "x", "text": "假"}
    headers = [(b"Authorization", f"Bearer {token}".encode())]

    answer = await office.client.post("/internal/news", json=body, headers=headers)

    problem(answer, 403, "forbidden")
    assert office.parts.news.since(guest.id, 0) == []


async def test_news_for_nobody_are_refused_for_good(office: Office) -> None:
    answer = await office.publish(conversation="nobody")

    problem(answer, 404, "unknown_conversation")  # 404 lets the delivery worker give up


@pytest.mark.parametrize("wrong", [{"id": ""}, {"id": "x" * 129}, {"text": 7}, {"choices": "x"}])
async def test_what_is_no_news_is_refused_for_good(
    office: Office, guest: Guest, wrong: dict[str, Any]
) -> None:
    problem(await office.publish(conversation=guest.id, **wrong), 422, "bad_request")


async def test_options_of_news_can_be_chosen(office: Office, guest: Guest) -> None:
    await office.publish(conversation=guest.id, choices=[{"title": "解决了", "payload": SOLVED}])
    (news,) = office.parts.news.since(guest.id, 0)
    (choice,) = news.body["replies"][0]["choices"]

    await guest.send(choice=choice["token"])

    assert set(choice) == {"title", "token"}
    assert office.talker.texts == [SOLVED]


async def test_a_stream_gives_the_old_then_the_new(office: Office, guest: Guest) -> None:
    await office.publish(conversation=guest.id, id="1", text="一")
    stream = office.parts.news.stream(guest.id, 0)
    first = await anext(stream)

    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    await office.publish(conversation=guest.id, id="2", text="二")

    assert texts([first, await waiting]) == ["一", "二"]


async def test_a_stream_resumes_after_the_last_id(office: Office, guest: Guest) -> None:
    for n in ("1", "2", "3"):
        await office.publish(conversation=guest.id, id=n, text=n)
    second = office.parts.news.since(guest.id, 0)[1]

    stream = office.parts.news.stream(guest.id, second.id)

    assert texts([await anext(stream)]) == ["3"]


async def test_every_listener_of_a_conversation_hears_and_nobody_else(office: Office) -> None:
    guest, other = await office.guest(), await office.guest()
    streams = [office.parts.news.stream(guest.id, 0) for _ in range(2)]
    foreign = asyncio.ensure_future(anext(office.parts.news.stream(other.id, 0)))
    listening = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)

    await office.publish(conversation=guest.id)

    assert len(await asyncio.gather(*listening)) == 2
    assert not foreign.done()
    foreign.cancel()


async def test_nobody_who_left_is_remembered(office: Office, guest: Guest) -> None:
    stream = office.parts.news.stream(guest.id, 0)
    listening = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await office.publish(conversation=guest.id)

    assert office.parts.news._bells == {}


class Pusher:
    """Carries news, failing as often as it is told."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.pushed: list[int] = []

    async def __call__(self, conversation: Conversation, news: News) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        self.pushed.append(news.id)


async def test_news_that_could_not_be_pushed_are_pushed_with_the_next_try(
    office: Office,
) -> None:
    push = Pusher(failures=1)
    office.parts.news.register_push("messenger", push)
    chat = office.parts.conversations.for_account("messenger", "501", Audience.STANDARD)

    answers = [await office.publish(conversation=chat.id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 204, 204]
    assert len(push.pushed) == 1


class OnceBroken:
    """Gives up at the first look, ends the loop at the third."""

    def __init__(self, desk: NewsDesk) -> None:
        self._desk, self.looks = desk, 0

    async def __call__(self, now: datetime) -> int:
        self.looks += 1
        if self.looks == 3:
            raise asyncio.CancelledError
        if self.looks == 1:
            raise OperationalError("select 张三丰", {}, Exception("database is locked"))
        return await NewsDesk.push_kept(self._desk, now)


async def test_a_database_that_was_away_does_not_end_the_pushing(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    news, push = office.parts.news, Pusher(failures=1)
    news.register_push("messenger", push)
    chat = office.parts.conversations.for_account("messenger", "501", Audience.STANDARD)
    await office.publish(conversation=chat.id)
    monkeypatch.setattr("channels.news.PUSH_AGAIN_S", 0)
    push_kept = OnceBroken(news)
    monkeypatch.setattr(news, "push_kept", push_kept)

    with pytest.raises(asyncio.CancelledError):
        await news.keep_pushing()

    assert len(push.pushed) == 1
    assert "OperationalError" in caplog.text
    assert "张三丰" not in caplog.text


async def test_options_of_news_are_offered_once_they_were_pushed(office: Office) -> None:
    push, transcript = Pusher(failures=1), office.parts.transcript
    office.parts.news.register_push("messenger", push)
    chat = office.parts.conversations.for_account("messenger", "501", Audience.STANDARD)
    await office.publish(conversation=chat.id, choices=[{"title": "解决了", "payload": SOLVED}])
    before = transcript.offered(chat.id, "1")

    await office.parts.news.push_waiting(chat)

    after = transcript.offered(chat.id, "1")
    assert before is None
    assert after is not None
    assert after.payload == SOLVED


async def test_publishing_to_nobody_is_an_error(office: Office) -> None:
    with pytest.raises(UnknownConversationError):
        await office.parts.news.publish("nobody", "k", {})


async def test_news_that_cannot_be_kept_are_brought_again(own_office: Office) -> None:
    guest = await own_office.guest()
    with own_office.parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE news RENAME TO lost"))

    problem(await own_office.publish(conversation=guest.id), 503, "storage_unavailable")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), free_port()) as opened:
        yield opened


def publish(client: httpx.Client, conversation: str, key: str) -> None:
    news = {"id": key, "conversation": conversation, "number": "1", "status": "x", "text": key}
    headers = {"Authorization": "Bearer internal"}
    assert client.post("/internal/news", json=news, headers=headers).status_code == 204


def read(lines: Iterator[str], count: int) -> list[dict[str, Any]]:
    events = []
    for line in lines:
        if line.startswith("data:"):
            events.append(json.loads(line[5:]))
        if len(events) == count:
            break
    return events


def test_news_arrive_over_http_while_somebody_listens(house: House) -> None:
    with httpx.Client(base_url=house.url, trust_env=False, timeout=10) as client:
        opened = client.post("/api/conversations").json()
        headers = {"Authorization": f"Bearer {opened['token']}"}
        publish(client, opened["conversation"], "一")

        with client.stream("GET", "/api/events", headers=headers) as stream:
            lines = stream.iter_lines()
            (first,) = read(lines, 1)
            publish(client, opened["conversation"], "二")
            (second,) = read(lines, 1)
        headers["Last-Event-ID"] = str(first["id"])
        with client.stream("GET", "/api/events", headers=headers) as stream:
            (resumed,) = read(stream.iter_lines(), 1)

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert [first["replies"][0]["text"], second["replies"][0]["text"]] == ["一", "二"]
    assert resumed == second


@pytest.mark.parametrize("last", ["²", "9" * 5000, "-1", "x", str(2**63)])
def test_a_strange_last_event_id_breaks_nothing(house: House, last: str) -> None:
    with httpx.Client(base_url=house.url, trust_env=False, timeout=10) as client:
        opened = client.post("/api/conversations").json()
        headers = [
            (b"Authorization", f"Bearer {opened['token']}".encode()),
            (b"Last-Event-ID", last.encode("latin-1")),
        ]

        with client.stream("GET", "/api/events", headers=headers) as stream:
            assert stream.status_code == 200


async def test_what_a_messenger_could_not_take_is_pushed_later(office: Office) -> None:
    parts = office.parts
    person = parts.conversations.for_account("messenger", "7", Audience.STANDARD)
    away, pushed = [True], list[str]()

    async def push(_conversation: Conversation, news: News) -> None:
        if away[0]:
            raise PushFailedError
        pushed.append(news.body["replies"][0]["text"])

    parts.news.register_push("messenger", push)
    await parts.handover.answer(person.id, "王芳", "我下午过来")
    assert await parts.news.push_kept(datetime.now(UTC)) == 0
    away[0] = False

    await parts.news.push_kept(datetime.now(UTC))
    await parts.news.push_kept(datetime.now(UTC))

    assert pushed == ["我下午过来"]
