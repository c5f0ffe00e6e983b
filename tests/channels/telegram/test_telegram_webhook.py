"""Webhook mode: the secret, the answer to Telegram, the settings."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from channels import problems
from channels.errors import SettingsError
from channels.telegram.webhook import webhook_secret, webhook_url
from tests.channels.telegram.house import House, open_house, settings
from tests.channels.telegram_emulator import TOKEN, BotApi, refusal

ADDRESS = "https://linli.example"
SECRET = "a-secret_for-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def house(tmp_path: Path, api: BotApi) -> AsyncIterator[House]:
    more = {"LINLI_TELEGRAM_WEBHOOK_URL": ADDRESS, "LINLI_TELEGRAM_SECRET": SECRET}
    async with open_house(tmp_path, api, **more) as opened:
        await api.until(lambda: bool(api.called("setMyCommands")))
        yield opened


@pytest.fixture
async def door(house: House) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(house.telegram.router)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def deliver(door: httpx.AsyncClient, update: object, secret: str = SECRET) -> httpx.Response:
    return await door.post("/telegram/webhook", json=update, headers={HEADER: secret})


async def test_telegram_is_told_the_address_and_the_secret(house: House) -> None:
    assert house.api.webhook["url"] == f"{ADDRESS}/telegram/webhook"
    assert house.api.webhook["secret_token"] == SECRET
    assert house.api.called("getUpdates") == []


async def test_an_update_at_the_door_is_answered(house: House, door: httpx.AsyncClient) -> None:
    update = house.api.write(501, "楼道灯坏了")

    response = await deliver(door, update)

    assert response.status_code == 200
    assert house.api.texts() == ["听到:楼道灯坏了"]


async def test_the_same_update_twice_does_nothing(house: House, door: httpx.AsyncClient) -> None:
    update = house.api.write(501, "楼道灯坏了")

    statuses = [(await deliver(door, update)).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert house.dialogue.texts == ["楼道灯坏了"]
    assert len(house.api.sent) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "a-secret_for-test", "é"])
async def test_without_the_secret_the_door_stays_shut(
    house: House, door: httpx.AsyncClient, secret: str
) -> None:
    update = house.api.write(501, "楼道灯坏了")
    headers = httpx.Headers({HEADER: secret} if secret else {}, encoding="latin-1")

    response = await door.post("/telegram/webhook", json=update, headers=headers)

    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert house.dialogue.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"message": 3}'])
async def test_what_is_no_update_is_refused(
    house: House, door: httpx.AsyncClient, body: bytes
) -> None:
    response = await door.post("/telegram/webhook", content=body, headers={HEADER: SECRET})

    assert response.status_code == 422
    assert response.json()["type"] == "urn:linli:problem:bad_request"


async def test_an_answer_that_was_not_taken_lets_the_update_come_again(
    house: House, door: httpx.AsyncClient
) -> None:
    house.api.refusals["sendMessage"] = [refusal(502, "Bad Gateway")]
    update = house.api.write(501, "楼道灯坏了")

    statuses = [(await deliver(door, update)).status_code for _ in range(2)]

    assert statuses == [503, 200]
    assert house.api.texts() == ["听到:楼道灯坏了"]
    assert house.dialogue.texts == ["楼道灯坏了"]


async def test_in_polling_mode_there_is_no_door(tmp_path: Path, api: BotApi) -> None:
    async with open_house(tmp_path, api) as polling:
        app = FastAPI()
        problems.install(app)
        app.include_router(polling.telegram.router)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            response = await deliver(client, {"update_id": 1})

    assert response.status_code == 404


def test_the_address_may_be_given_with_or_without_the_path(tmp_path: Path) -> None:
    whole = f"{ADDRESS}/telegram/webhook"
    for given in (ADDRESS, f"{ADDRESS}/", whole):
        found = settings(tmp_path, BotApi(), LINLI_TELEGRAM_WEBHOOK_URL=given)

        assert webhook_url(found) == whole


def test_a_webhook_without_a_secret_gets_one_that_only_the_token_gives(tmp_path: Path) -> None:
    secret = webhook_secret(settings(tmp_path, BotApi()))

    assert len(secret) == 64
    assert TOKEN not in secret


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LINLI_TELEGRAM_SECRET", "有空格 的"), ("LINLI_TELEGRAM_WEBHOOK_URL", "linli.example")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    found = settings(tmp_path, BotApi(), **{variable: value})

    with pytest.raises(SettingsError, match=variable):
        _ = webhook_secret(found), webhook_url(found)
