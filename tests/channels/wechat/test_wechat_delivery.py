"""Five seconds and three tries: every answer arrives, in order and once."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from channels.message import Audience, Outcome
from channels.texts import problems
from channels.wechat.exchanges import WAITING_LIMIT
from channels.wechat.words import words
from tests.channels.wechat.house import SHORT, YES, House, open_house, turn
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


def as_if_killed(home: Path) -> bytes:
    """Return what a killed process leaves behind: its database as it is at this moment."""
    with closing(sqlite3.connect(home / "conversations.db")) as database:
        return database.serialize()


async def test_a_promise_outlives_a_killed_process(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        assert await house.platform.write(WANG, "慢") == words().patience
        killed = as_if_killed(tmp_path)
        slow.set()

    async with open_house(tmp_path, database=killed) as house:
        await house.wechat.exchanges.settle()

        assert await house.platform.write(WANG, "在吗") == "听到:在吗\n\n听到:慢"
        assert house.dialogue.texts == ["慢", "在吗"]


async def test_a_promise_is_kept_unasked_where_we_may_speak(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT, is_wecom=True) as house:
        slow = house.dialogue.hold("慢")
        await house.platform.write(WANG, "慢")
        await house.platform.write(WANG, "还有")
        killed = as_if_killed(tmp_path)
        slow.set()

    async with open_house(tmp_path, database=killed, is_wecom=True) as house:
        await house.platform.arrivals(2)

        assert house.platform.texts(WANG) == ["听到:慢", "听到:还有"]


async def test_an_answer_that_was_brought_is_owed_no_more(tmp_path: Path) -> None:
    async with open_house(tmp_path, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)
        await house.wechat.exchanges.settle()

        assert house.parts.promises.owed("wechat") == []


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
