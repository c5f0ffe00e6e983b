"""Forty-eight hours and five messages: news arrive in order and once, or wait and are seen to."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from channels.errors import PushFailedError
from channels.wechat.words import words
from tests.channels.wechat.house import SOLVED, YES, House, open_house, turn
from tests.channels.wechat.platform import LI, WANG

LONG = "楼道照明已经检查,线路老化,需要更换。" * 60


async def test_news_reach_somebody_who_wrote(house: House) -> None:
    await house.platform.write(WANG, "你好")
    await house.publish(WANG, "已受理")
    await house.publish(WANG, "已受理")

    assert house.platform.texts(WANG) == ["已受理"]
    assert house.parts.news.unreached() == []


async def test_after_five_messages_news_wait_for_the_next_word(house: House) -> None:
    await house.platform.write(WANG, "你好")
    for number in range(7):
        await house.publish(WANG, f"消息{number}")
    pushed = house.platform.texts(WANG)

    said = await house.platform.write(WANG, "有什么消息")

    assert pushed == [f"消息{number}" for number in range(5)]
    assert said == "听到:有什么消息\n\n消息5\n\n消息6"
    assert house.parts.news.unreached() == []
    assert house.platform.calls.count("send") == 5  # nobody tried in vain


async def test_after_two_days_news_wait_and_an_operator_can_see_it(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.clock.advance(hours=48)
    await house.publish(WANG, "已办结")

    (unreached,) = house.parts.news.unreached()

    assert house.platform.sent == []
    assert (unreached.channel, unreached.number) == ("wechat", "20260101-000001")
    assert unreached.since == house.platform.clock.now


async def test_a_tap_grants_three_messages_for_a_minute(house: House) -> None:
    await house.platform.tap(WANG, "subscribe")
    for number in range(4):
        await house.publish(WANG, f"消息{number}")
    house.platform.clock.advance(minutes=2)
    await house.platform.tap(LI, "subscribe")
    house.platform.clock.advance(minutes=1)
    await house.publish(LI, "太晚")

    assert house.platform.texts(WANG) == ["消息0", "消息1", "消息2"]
    assert house.platform.texts(LI) == []


async def test_who_left_is_told_nothing_until_they_come_back(house: House) -> None:
    await house.platform.write(WANG, "你好")
    await house.platform.tap(WANG, "unsubscribe")
    await house.publish(WANG, "已办结")
    was_sent = list(house.platform.sent)

    said = await house.platform.tap(WANG, "subscribe")

    assert was_sent == []
    assert said == f"{words().welcome}\n\n已办结"


@pytest.mark.parametrize("event", ["unsubscribe", "VIEW", "LOCATION", "MASSSENDJOBFINISH"])
async def test_nothing_is_handed_to_somebody_who_is_not_reading(house: House, event: str) -> None:
    await house.publish(WANG, "已办结")

    said = await house.platform.tap(WANG, event)

    assert said is None
    assert await house.platform.write(WANG, "你好") == "听到:你好\n\n已办结"


async def test_options_of_waiting_news_are_numbered_with_the_answer_s(house: House) -> None:
    await house.publish(WANG, "修好了吗", SOLVED)
    house.dialogue.script["问"] = turn("要登记吗", choices=YES)

    said = await house.platform.write(WANG, "问")
    await house.platform.write(WANG, "3")

    assert said == "要登记吗\n\n回复1:确认登记\n回复2:不登记了\n\n修好了吗\n\n回复3:已解决"
    assert house.dialogue.texts[-1].startswith("/confirm_solved")


async def test_a_number_means_what_is_on_the_screen_and_not_news_that_wait(house: House) -> None:
    house.dialogue.script["问"] = turn("要登记吗", choices=YES)
    await house.platform.write(WANG, "问")
    house.platform.clock.advance(hours=48)
    await house.publish(WANG, "修好了吗", SOLVED)

    await house.platform.write(WANG, "1")

    assert house.platform.texts(WANG) == []
    assert house.dialogue.texts[-1] == "/affirm"


async def test_a_number_means_the_news_that_went_out_last(house: House) -> None:
    house.dialogue.script["问"] = turn("要登记吗", choices=YES)
    await house.platform.write(WANG, "问")
    await house.publish(WANG, "修好了吗", SOLVED)

    await house.platform.write(WANG, "1")

    assert house.dialogue.texts[-1].startswith("/confirm_solved")


async def test_long_news_are_handed_over_piece_by_piece(tmp_path: Path) -> None:
    async with open_house(tmp_path, LINLI_WECHAT_SECRET="") as house:
        await house.publish(WANG, LONG, SOLVED)
        await house.publish(WANG, "第二条")

        said = [str(await house.platform.write(WANG, "继续")) for _ in range(4)]

        pieces = [text.removesuffix(f"\n\n{words().more}") for text in said]
        assert "".join(pieces[:2]) == f"{LONG}\n\n回复1:已解决"
        assert pieces[2:] == ["第二条", "听到:继续"]
        assert [text.endswith(words().more) for text in said] == [True, True, False, False]


async def test_a_token_that_ended_is_renewed_once(house: House) -> None:
    await house.platform.write(WANG, "你好")
    await house.publish(WANG, "一")
    house.platform.tokens = {"another"}  # somebody else has made WeChat forget ours

    await house.publish(WANG, "二")

    assert house.platform.texts(WANG) == ["一", "二"]
    assert house.platform.calls == ["token", "send", "send", "token", "send"]


async def test_a_token_that_is_refused_again_is_given_up(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [42001, 42001, 42001]

    await house.publish(WANG, "一")

    assert house.platform.calls.count("send") == 2
    assert [one.channel for one in house.parts.news.unreached()] == ["wechat"]


async def test_many_who_need_a_token_fetch_one(house: House) -> None:
    people = [f"o{number}" for number in range(8)]
    for person in people:
        await house.platform.write(person, "你好")

    await asyncio.gather(*(house.publish(person, "已受理") for person in people))

    assert house.platform.calls.count("token") == 1
    assert len(house.platform.sent) == 8


async def test_a_busy_wechat_is_asked_again(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [-1, -1]

    await house.publish(WANG, "已受理")

    assert house.platform.texts(WANG) == ["已受理"]


async def test_what_a_busy_wechat_did_not_take_goes_out_later(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [-1, -1, -1]
    with pytest.raises(PushFailedError):
        await house.publish(WANG, "一")
    await house.publish(WANG, "二")

    assert house.platform.texts(WANG) == ["一", "二"]


@pytest.mark.parametrize("code", [45015, 45047, 43004, 40003, 48001, 50002])
async def test_what_wechat_refuses_waits_for_the_person(house: House, code: int) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [code]

    await house.publish(WANG, "一")
    await house.publish(WANG, "二")
    said = await house.platform.write(WANG, "在吗")

    assert house.platform.sent == []
    assert said == "听到:在吗\n\n一\n\n二"


async def test_a_wrong_secret_loses_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path, LINLI_WECHAT_SECRET="wrong") as house:
        await house.platform.write(WANG, "你好")
        await house.publish(WANG, "一")

        assert await house.platform.write(WANG, "在吗") == "听到:在吗\n\n一"


async def test_an_account_that_may_not_speak_asks_again_after_an_hour(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [48001]
    await house.publish(WANG, "一")
    calls = house.platform.calls.count("send")

    await house.publish(WANG, "二")

    assert (calls, house.platform.calls.count("send")) == (1, 1)


async def test_a_long_answer_cut_short_by_an_outage_goes_on_where_it_stopped(
    house: House,
) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.refusals["send"] = [0, -1, -1, -1]
    with pytest.raises(PushFailedError):
        await house.publish(WANG, LONG)
    await house.parts.news.push_kept(house.platform.clock.now + timedelta(seconds=30))

    assert "".join(house.platform.texts(WANG)) == LONG
