"""Updates that repeat, wait, fail or come in a flood."""

import logging
from pathlib import Path

import pytest

from channels.texts import problems
from tests.channels.telegram.house import LI, WANG, House, open_house
from tests.channels.telegram_emulator import BotApi, refusal


async def test_a_repeated_update_does_nothing(house: House) -> None:
    update = house.api.write(WANG, "楼道灯坏了")
    await house.api.heard(1)
    await house.api.quiet()

    house.api.updates.append(update)
    await house.api.quiet()
    house.api.write(WANG, "第二句")

    assert await house.api.heard(2) == ["听到:楼道灯坏了", "听到:第二句"]
    assert house.dialogue.texts == ["楼道灯坏了", "第二句"]


async def test_an_update_repeated_after_a_restart_is_not_told_to_the_dialogue_again(
    tmp_path: Path, api: BotApi
) -> None:
    async with open_house(tmp_path, api):
        update = api.write(WANG, "楼道灯坏了")
        await api.heard(1)
        await api.quiet()
    api.updates.append(update)

    async with open_house(tmp_path, api) as restarted:
        await api.quiet()

        assert restarted.dialogue.heard == []


async def test_an_update_is_acknowledged_only_after_its_answer(house: House) -> None:
    answer = house.dialogue.hold("慢")
    update = house.api.write(WANG, "慢")
    await house.api.until(lambda: len(house.api.called("getUpdates")) > 4)

    assert house.api.sent == []
    assert house.api.updates == [update]
    answer.set()
    await house.api.heard(1)
    await house.api.quiet()


async def test_one_chat_is_answered_in_order_and_others_do_not_wait(house: House) -> None:
    answer = house.dialogue.hold("慢")
    house.api.write(WANG, "慢")
    house.api.write(WANG, "快")
    house.api.write(LI, "别人")

    assert await house.api.heard(1) == ["听到:别人"]
    answer.set()
    assert await house.api.heard(3) == ["听到:别人", "听到:慢", "听到:快"]


async def test_an_answer_that_telegram_did_not_take_is_sent_again(
    house: House, api: BotApi
) -> None:
    api.refusals["sendMessage"] = [refusal(502, "Bad Gateway")]
    api.write(WANG, "楼道灯坏了")

    assert await api.heard(1) == ["听到:楼道灯坏了"]
    assert house.dialogue.texts == ["楼道灯坏了"]


async def test_a_429_is_obeyed(house: House, api: BotApi) -> None:
    api.refusals["sendMessage"] = [refusal(429, "Too Many Requests", retry_after=1)]
    api.write(WANG, "您好")

    assert await api.heard(1) == ["听到:您好"]
    assert len(api.called("sendMessage")) == 2


async def test_a_person_who_blocked_the_bot_stops_nobody_else(house: House, api: BotApi) -> None:
    api.blocked_by.add(WANG)
    api.write(WANG, "您好")
    api.write(LI, "您好")

    await api.heard(1)
    await api.quiet()
    assert len(api.texts(LI)) == 1


async def test_news_for_somebody_who_blocked_the_bot_wait_until_they_write(house: House) -> None:
    house.api.write(WANG, "您好")
    await house.api.heard(1)
    await house.api.quiet()
    house.api.blocked_by.add(WANG)
    body = {"replies": [{"text": "您的工单已办结。", "choices": [], "citations": []}]}

    await house.parts.news.publish(house.dialogue.heard[0].sender, "news-2", body)
    unreached = [one.channel for one in house.parts.news.unreached()]
    house.api.blocked_by.clear()
    house.api.write(WANG, "有消息吗")
    await house.api.heard(3)

    assert unreached == ["telegram"]
    assert house.api.texts(WANG)[1:] == ["听到:有消息吗", "您的工单已办结。"]
    await house.api.until(lambda: house.parts.news.unreached() == [])


async def test_more_messages_than_anyone_types_are_slowed_down(house: House) -> None:
    answer = house.dialogue.hold("0")
    for number in range(24):
        house.api.write(WANG, str(number))

    await house.api.until(lambda: problems()["too_many"] in house.api.texts())
    answer.set()
    await house.api.quiet()
    assert house.api.texts().count(problems()["too_many"]) == 1


async def test_no_words_names_or_tokens_reach_the_logs(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="channels")
    house.api.refusals["sendMessage"] = [refusal(502, "Bad Gateway")]
    house.api.write(WANG, "我叫王小明,电话01000000103")
    await house.api.heard(1)
    await house.telegram.stop()

    for secret in ("王小明", "01000000103", "a-token-for-tests"):
        assert secret not in caplog.text
