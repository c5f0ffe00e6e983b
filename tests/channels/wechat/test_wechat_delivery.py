"""Five seconds, three tries, forty-eight hours: every answer arrives, in order and once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from channels.errors import PushFailedError
from channels.message import Audience, Outcome
from channels.texts import problems
from channels.wechat.exchanges import WAITING_LIMIT
from channels.wechat.words import words
from tests.channels.wechat.house import SHORT, SOLVED, YES, House, open_house, turn
from tests.channels.wechat.platform import LI, WANG

LONG = "楼道照明已经检查,线路老化,需要更换。" * 60


async def test_a_slow_answer_is_promised_in_time_and_then_brought(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        house.dialogue.script["慢"] = turn("想好了", choices=YES)

        said = await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)

        assert said == words().patience
        assert house.platform.texts(WANG) == ["想好了"]
        assert list(house.platform.options()) == ["1. 确认登记", "2. 不登记了"]


async def test_without_the_right_to_speak_a_slow_answer_waits_for_the_person(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        house.platform.refusals["send"] = [48001]
        slow = house.dialogue.hold("慢")

        await house.platform.write(WANG, "慢")
        slow.set()
        await house.wechat.exchanges.settle()
        house.be_patient()
        again = await house.platform.write(WANG, "继续")

        assert again == "听到:慢"
        assert house.dialogue.texts == ["慢"]
        assert house.platform.sent == []


async def test_an_account_without_a_secret_answers_all_the_same(tmp_path: Path) -> None:
    async with open_house(
        tmp_path, answer_s=SHORT, LINLI_WECHAT_SECRET="", LINLI_WECHAT_APPID=""
    ) as house:
        slow = house.dialogue.hold("慢")
        await house.platform.write(WANG, "慢")
        slow.set()
        await house.wechat.exchanges.settle()
        house.be_patient()

        assert await house.platform.write(WANG, "在吗") == "听到:在吗\n\n听到:慢"
        assert house.platform.calls == []


async def test_when_nothing_waits_the_dialogue_hears_of_it(house: House) -> None:
    assert await house.platform.write(WANG, "继续") == "听到:继续"


async def test_slow_answers_keep_their_order(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        first = house.dialogue.hold("一")

        promised = [await house.platform.write(WANG, text) for text in ("一", "二", "三")]
        first.set()
        await house.platform.arrivals(3)

        assert promised == [words().patience] * 3
        assert house.platform.texts(WANG) == ["听到:一", "听到:二", "听到:三"]


async def test_a_slow_person_holds_nobody_else_up(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        slow = house.dialogue.hold("慢")
        waiting = asyncio.create_task(house.platform.write(WANG, "慢"))
        await house.dialogue.is_asked.wait()

        said = await house.platform.write(LI, "快")
        slow.set()

        assert said == "听到:快"
        assert await waiting == "听到:慢"


async def test_a_slow_dialogue_that_fails_is_explained_later(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        house.dialogue.is_down = True
        await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)

        assert house.platform.texts(WANG) == [problems()["dialogue_unavailable"]]


async def test_a_slow_answer_is_in_the_transcript_once(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)

        messages = house.parts.handover.messages(house.conversation(WANG).id)

        assert [message.get("said") for message in messages] == ["慢"]


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_repetition_gets_the_same_reply_and_does_nothing(
    tmp_path: Path, lost: int
) -> None:
    async with open_house(tmp_path, over_http=True) as house:
        house.platform.lost = lost

        said = await house.platform.write(WANG, "楼道灯坏了")

        assert said == "听到:楼道灯坏了"
        assert house.platform.tries == [lost + 1]
        assert house.dialogue.texts == ["楼道灯坏了"]


async def test_repetitions_of_a_running_turn_wait_for_it(tmp_path: Path) -> None:
    async with open_house(tmp_path, over_http=True) as house:
        house.platform.waits_s = 0.2  # this WeChat is impatient and asks three times
        slow = house.dialogue.hold("慢")
        message = house.platform.message(WANG, "text", Content="慢")

        first = asyncio.create_task(house.platform.bring(message))
        await house.platform.attempts(2)
        house.platform.waits_s = 60.0  # the last time it waits, however busy this machine is
        await house.platform.attempts(3)
        slow.set()

        assert await first == "听到:慢"
        assert house.dialogue.texts == ["慢"]


async def test_three_copies_at_once_are_one_message(house: House) -> None:
    message = house.platform.message(WANG, "text", Content="报修")

    said = await asyncio.gather(*(house.platform.bring(message) for _ in range(3)))

    assert said == ["听到:报修"] * 3
    assert house.dialogue.texts == ["报修"]


async def test_copies_of_a_late_message_are_promised_alike_and_answered_once(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        message = house.platform.message(WANG, "text", Content="慢")
        said = await asyncio.gather(*(house.platform.bring(message) for _ in range(3)))
        slow.set()
        await house.wechat.exchanges.settle()

        again = await house.platform.bring(message)

        assert [*said, again] == [words().patience] * 4
        assert house.platform.texts(WANG) == ["听到:慢"]


async def test_a_repeated_event_does_nothing(house: House) -> None:
    event = house.platform.message(WANG, "event", Event="CLICK", EventKey="elder")

    said = [await house.platform.bring(event) for _ in range(3)]

    assert len(set(said)) == 1
    assert house.conversation(WANG).audience is Audience.ELDERLY


async def test_a_repetition_after_a_restart_gets_the_first_answer(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        message = house.platform.message(WANG, "text", Content="报修")
        event = house.platform.message(WANG, "event", Event="CLICK", EventKey="elder")
        first = [await house.platform.bring(message), await house.platform.bring(event)]
    kept = (tmp_path / "conversations.db").read_bytes()

    async with open_house(tmp_path, database=kept) as house:
        again = [await house.platform.bring(message), await house.platform.bring(event)]

        assert again == first
        assert house.dialogue.heard == []
        assert house.conversation(WANG).audience is Audience.ELDERLY


async def test_who_sends_too_much_at_once_is_asked_to_slow_down(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        texts = ["慢"] * WAITING_LIMIT
        await asyncio.gather(*(house.platform.write(WANG, text) for text in texts))

        said = await house.platform.write(WANG, "再来")
        slow.set()

        assert said == problems()["too_many"]


async def test_our_own_fault_is_apologised_for(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.dialogue.script["坏"] = turn("x", outcome=Outcome.CLARIFY)
    house.dialogue.fault = RuntimeError("a resident's words")

    assert await house.platform.write(WANG, "坏") == problems()["internal"]
    assert "RuntimeError" in caplog.text
    assert "a resident's words" not in caplog.text


async def test_a_late_fault_of_ours_is_apologised_for_later(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        house.dialogue.fault = RuntimeError("broken")
        await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)

        assert house.platform.texts(WANG) == [problems()["internal"]]


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
