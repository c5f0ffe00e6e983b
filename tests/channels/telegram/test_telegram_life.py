"""Coming up, staying up and what the logs may say."""

import asyncio
import logging
from pathlib import Path

import pytest
from telegram import Update

from channels.conversations import Conversation
from channels.message import Audience
from channels.news import News
from channels.telegram.channel import TelegramUnavailableError
from channels.telegram.intake import Intake
from channels.texts import problems
from tests.channels.telegram.house import WANG, House, open_house
from tests.channels.telegram_emulator import BotApi, refusal


async def test_the_channel_comes_up_when_telegram_does(tmp_path: Path, api: BotApi) -> None:
    api.refusals["getMe"] = [refusal(502, "Bad Gateway"), refusal(502, "Bad Gateway")]
    api.write(WANG, "您好")

    async with open_house(tmp_path, api):
        assert await api.heard(1) == ["听到:您好"]


async def test_polling_takes_the_place_of_a_webhook(tmp_path: Path, api: BotApi) -> None:
    api.webhook = {"url": "https://old.example"}
    api.write(WANG, "您好")

    async with open_house(tmp_path, api):
        assert await api.heard(1) == ["听到:您好"]


async def test_polling_goes_on_after_trouble(house: House, api: BotApi) -> None:
    api.refusals["getUpdates"] = [
        refusal(502, "Bad Gateway"),
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(429, "Too Many Requests", retry_after=0.1),
    ]
    api.write(WANG, "您好")

    assert await api.heard(1) == ["听到:您好"]


async def test_a_refused_token_closes_the_channel_and_is_not_logged(
    tmp_path: Path, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async with open_house(tmp_path, api, LINLI_TELEGRAM_TOKEN="77:secret-part"):
        await api.until(lambda: "LINLI_TELEGRAM_TOKEN" in caplog.text)

    assert "secret-part" not in caplog.text


async def test_news_wait_while_telegram_cannot_be_reached(tmp_path: Path, api: BotApi) -> None:
    api.refusals["getMe"] = [refusal(502, "Bad Gateway")] * 99
    person = Conversation(
        id="c", audience=Audience.STANDARD, channel="telegram", account=str(WANG)
    )

    async with open_house(tmp_path, api) as house:
        with pytest.raises(TelegramUnavailableError):
            await house.telegram.push(person, News(id=1, body={"replies": []}))


async def test_a_fault_of_ours_gets_an_apology(house: House) -> None:
    house.dialogue.fault = RuntimeError("我叫王小明")
    house.api.write(WANG, "您好")

    assert await house.api.heard(1) == [problems()["internal"]]


async def test_stopping_lets_a_running_turn_finish_and_acknowledges_it(
    tmp_path: Path, api: BotApi
) -> None:
    async with open_house(tmp_path, api) as house:
        answer = house.dialogue.hold("慢")
        api.write(WANG, "慢")
        await api.until(lambda: house.dialogue.texts == ["慢"])
        asyncio.get_running_loop().call_later(0.3, answer.set)  # while it is being stopped

    assert api.texts() == ["听到:慢"]
    assert api.updates == []


async def test_a_batch_that_is_stuck_is_let_go_so_that_others_are_heard() -> None:
    intake = Intake(tries=4)
    for number in (7, 8):
        intake.submit(Update(number))

    intake.release(7)

    assert intake.unsettled == {8}


async def test_a_repeat_joins_the_first_and_both_learn_the_end() -> None:
    intake = Intake(tries=4)
    first, repeated = intake.submit(Update(7)), intake.submit(Update(7))

    intake.finish(7)

    assert all(await asyncio.gather(first, repeated, intake.submit(Update(7))))
    assert intake.queue.qsize() == 1


async def test_an_update_that_never_succeeds_is_given_up() -> None:
    intake = Intake(tries=2)
    outcomes = []
    for _ in range(2):
        outcome = intake.submit(Update(7))
        intake.fail(7)
        intake.finish(7)
        outcomes.append(await outcome)

    assert outcomes == [False, True]
    assert intake.unsettled == set()
