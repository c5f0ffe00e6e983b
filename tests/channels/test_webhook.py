"""Another app talks over signed messages, and the page that describes it is true."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from standardwebhooks.webhooks import Webhook

from channels import problems
from channels.conversations import Conversation
from channels.errors import PushFailedError, SettingsError
from channels.message import Audience
from channels.parts import Parts
from channels.webhook import WebhookChannel
from channels.webhook.channel import PATH
from tests.channels.office import (
    ASK,
    OFFERED,
    Talker,
    migrated,
    picture,
    problem,
    says,
    settings,
)

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "adding-a-channel.md"
SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four!").decode()
URL = "https://app.example.org/news"


@dataclass
class App:
    """Somebody's app: it signs, posts, and takes news if it is in the mood."""

    parts: Parts
    talker: Talker
    channel: WebhookChannel
    client: httpx.AsyncClient
    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def take(self, request: httpx.Request) -> httpx.Response:
        Webhook(SECRET).verify(request.content, dict(request.headers))
        if self.status == 200:
            self.told.append(json.loads(request.content))
            self.ids.append(request.headers["webhook-id"])
        return httpx.Response(self.status)

    async def post(self, message_id: str = "m-1", **message: Any) -> httpx.Response:
        body = json.dumps({"sender": "u-1", **message})
        return await self.send(body, message_id)

    async def send(
        self,
        body: str,
        message_id: str = "m-1",
        age: timedelta = timedelta(),
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        at = datetime.now(UTC) - age
        signed = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(message_id, at, body),
        }
        return await self.client.post(PATH, content=body, headers={**signed, **(headers or {})})

    def conversation(self) -> Conversation:
        return self.parts.conversations.for_account("webhook", "u-1", Audience.STANDARD)

    async def publish(self, key: str) -> None:
        body = {"replies": [], "outcome": "ticket_status", "ticket": {"number": key}}
        await self.parts.news.publish(self.conversation().id, key, body)


@asynccontextmanager
async def open_app(home: Path, url: str = URL) -> AsyncIterator[App]:
    more = {"LINLI_WEBHOOK_SECRET": SECRET, "LINLI_WEBHOOK_URL": url}
    talker = Talker()
    (home / "conversations.db").write_bytes(migrated())
    parts = Parts.assemble(settings(home, **more), dialogue=talker)
    channel = WebhookChannel(parts)
    await channel.start()
    application = FastAPI()
    problems.install(application)
    application.include_router(channel.router)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://linli") as client:
        app = App(parts=parts, talker=talker, channel=channel, client=client)
        parts.client._transport = httpx.MockTransport(app.take)
        yield app
    await channel.stop()
    await parts.close()


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(tmp_path) as opened:
        yield opened


async def test_a_signed_message_is_answered(app: App) -> None:
    answer = await app.post(text="楼道灯坏了")

    assert answer.status_code == 200
    assert answer.json()["replies"][0]["text"] == "听到:楼道灯坏了"
    assert answer.json()["news"] == []
    assert app.talker.heard[0].metadata["channel"] == "webhook"


async def test_the_same_id_again_does_nothing_and_is_answered_alike(app: App) -> None:
    pictures = [base64.b64encode(picture()).decode()]

    first, again = [await app.post(text="报修", media=pictures) for _ in range(2)]

    assert first.json() == again.json()
    assert app.talker.texts == ["报修"]
    assert len(list((app.parts.settings.home / "media").iterdir())) == 1


async def test_an_option_is_chosen_by_its_token(app: App) -> None:
    offered = (await app.post(text=ASK)).json()["replies"][0]["choices"]

    await app.post("m-2", choice=offered[0]["token"])

    assert [choice["title"] for choice in offered] == [choice.title for choice in OFFERED]
    assert app.talker.texts[-1] == OFFERED[0].payload


async def test_places_pictures_and_the_audience_are_taken(app: App) -> None:
    place = {"latitude": 31.2, "longitude": 121.4, "datum": "GCJ-02"}

    await app.post(location=place, audience="elderly")

    assert app.talker.heard[0].metadata["location"] == place
    assert app.talker.heard[0].audience == "elderly"


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": "m-2"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "nonsense"},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "x"},
    ],
)
async def test_what_is_not_signed_is_refused(app: App, headers: dict[str, str]) -> None:
    answer = await app.send('{"sender":"u-1","text":"假的"}', headers=headers)

    problem(answer, 403, "forbidden")
    assert app.talker.heard == []


async def test_what_is_not_signed_at_all_is_refused(app: App) -> None:
    problem(await app.client.post(PATH, json={"sender": "u-1", "text": "假"}), 403, "forbidden")


async def test_what_was_signed_long_ago_is_refused(app: App) -> None:
    answer = await app.send('{"sender":"u-1","text":"旧的"}', age=timedelta(minutes=6))

    problem(answer, 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"sender":""}', '{"sender":"张三","text":"x"}',
     '{"sender":"u-1","media":["x"]}', '{"sender":"u-1","after":-1,"text":"x"}'],
)  # fmt: skip
async def test_a_body_that_is_none_is_refused(app: App, body: str) -> None:
    problem(await app.send(body), 422, "bad_request")


async def test_an_empty_message_is_explained(app: App) -> None:
    problem(await app.post(), 422, "empty_message")


async def test_news_are_posted_signed_and_once(app: App) -> None:
    await app.publish("n1")
    await app.publish("n1")

    (told,) = app.told
    assert (told["sender"], told["ticket"]) == ("u-1", {"number": "n1"})
    assert app.ids == [f"news-{told['id']}"]


async def test_news_that_the_app_did_not_take_come_again_in_order(app: App) -> None:
    app.status = 503
    with pytest.raises(PushFailedError):
        await app.publish("n1")
    app.status = 200

    await app.publish("n2")

    assert [one["ticket"]["number"] for one in app.told] == ["n1", "n2"]


async def test_without_an_address_news_come_with_the_next_answer(tmp_path: Path) -> None:
    async with open_app(tmp_path, url="") as app:
        await app.publish("n1")
        await app.publish("n2")

        first = (await app.post(text="一")).json()["news"]
        later = (await app.post("m-2", text="二", after=first[0]["id"])).json()["news"]

        assert [one["ticket"]["number"] for one in first] == ["n1", "n2"]
        assert later == first[1:]
        assert app.told == []


async def test_a_person_s_answers_reach_the_app(app: App) -> None:
    app.talker.script["转人工"] = says("已转给工作人员")
    await app.post(text="转人工")

    await app.parts.handover.answer(app.conversation().id, "王芳", "我下午过来")

    assert app.told[0]["replies"][0]["text"] == "我下午过来"


@pytest.mark.parametrize("secret", ["whsec_", "whsec_x"])
def test_a_bad_secret_stops_the_start(tmp_path: Path, secret: str) -> None:
    parts = Parts.assemble(settings(tmp_path, LINLI_WEBHOOK_SECRET=secret))

    with pytest.raises(SettingsError, match="LINLI_WEBHOOK_SECRET"):
        WebhookChannel(parts)


def blocks(language: str) -> list[str]:
    text = DOCUMENT.read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_page_shows_the_module_as_it_is_and_it_is_short() -> None:
    module = (ROOT / "channels" / "webhook" / "channel.py").read_text("utf-8")
    lines = len(module.splitlines())

    assert blocks("python") == [module]
    assert lines < 100
    assert f"{lines} lines" in DOCUMENT.read_text("utf-8")


def test_the_request_on_the_page_is_genuine() -> None:
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", DOCUMENT.read_text("utf-8"))
    head, body = blocks("http")[0].rstrip("\n").split("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])

    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)

    assert head.startswith(f"POST {PATH} ")
    assert Webhook(secret).sign(headers["webhook-id"], at, body) == headers["webhook-signature"]
