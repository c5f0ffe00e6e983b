"""Whole calls, by keys and speech, over a real WebSocket."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from channels import readback
from channels.message import Choice, Outcome
from channels.telephone.words import words
from tests.channels.office import says
from tests.channels.telephone.exchange import Exchange, open_exchange

PROBLEM = "3栋2单元楼道灯坏了"
FILED = "已经登记。\n编号:20261122-000001\n查询码:5B8D3\n有消息我会告诉您。"
YES = (Choice(title="确认登记", payload="/affirm"), Choice(title="不登记了", payload="/cancel"))


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with open_exchange(tmp_path) as opened:
        opened.dialogue.script[PROBLEM] = says("请核对", *YES, outcome=Outcome.TICKET_DRAFT)
        filed = says(FILED, outcome=Outcome.TICKET)
        opened.dialogue.script["/affirm"] = replace(filed, ticket={"code": "5B8D3"})
        human = says("社区工作者会接您的电话", outcome=Outcome.HANDOVER)
        opened.dialogue.script["/request_human"] = human
        yield opened


async def test_a_whole_complaint_is_told_by_keys_and_speech(exchange: Exchange) -> None:
    exchange.voice.says += [PROBLEM, "确认登记。"]
    async with exchange.call() as caller:
        await caller.press("2")
        await caller.speak()
        await caller.press("1")
        await caller.speak()
        await caller.listen()

    greeting, ask, read_back, draft, filed = exchange.voice.spoken
    assert words().menu in greeting
    assert ask == words().ask["2"]
    assert readback.words().heard.format(text=PROBLEM) in read_back
    assert "对,请按 1。\n重说,请按 2。" in read_back
    assert "确认登记,请按 1。" in draft
    assert filed.splitlines()[0] == "已经登记。"
    assert filed.count("5,B,8,D,3") == 2
    assert "编号" not in filed
    assert "有消息" not in filed
    assert words().same_telephone in filed
    assert exchange.dialogue.texts == [PROBLEM, "/affirm"]
    assert caller.bytes_heard > 0


async def test_what_was_begun_waits_for_the_same_caller(exchange: Exchange) -> None:
    exchange.voice.says.append(PROBLEM)
    async with exchange.call() as caller:
        await caller.speak()
        await caller.press("1")
        await caller.listen()
    async with exchange.call() as again:
        await again.press("3")
        await again.listen()
    async with exchange.call(caller="01000000008") as other:
        await other.press("3")
        await other.listen()

    first, second, third = (one.sender for one in exchange.dialogue.heard)
    assert exchange.dialogue.texts == [PROBLEM, "我的工单", "我的工单"]
    assert first == second != third


async def test_a_person_is_a_key_away(exchange: Exchange) -> None:
    async with exchange.call() as caller:
        await caller.press("0")
        await caller.listen()
        await caller.listen()

    assert words().person in exchange.voice.spoken[-1]
    assert exchange.dialogue.texts == ["/request_human"]
    assert caller.commands[-1] == "HANGUP"


async def test_two_silences_lead_to_a_person(exchange: Exchange) -> None:
    async with exchange.call() as caller:
        await caller.keep_silent()
        await caller.keep_silent()
        await caller.listen()
        await caller.listen()

    assert words().silence in exchange.voice.spoken[1]
    assert words().person in exchange.voice.spoken[2]
    assert caller.commands[-1] == "HANGUP"


async def test_what_is_unclear_twice_leads_to_a_person(exchange: Exchange) -> None:
    exchange.voice.says += ["", ""]
    async with exchange.call() as caller:
        await caller.speak()
        await caller.speak()
        await caller.listen()
        await caller.listen()

    assert words().unclear in exchange.voice.spoken[1]
    assert exchange.dialogue.texts == ["/request_human"]
    assert caller.commands[-1] == "HANGUP"


async def test_a_caller_whom_a_person_answers_already_is_put_through(exchange: Exchange) -> None:
    async with exchange.call() as first:
        await first.press("3")
        await first.listen()
    exchange.parts.handover.ask(exchange.dialogue.heard[0].sender)
    exchange.parts.handover.take(exchange.dialogue.heard[0].sender, "林雪")
    async with exchange.call() as again:
        await again.press("3")
        await again.listen()
        await again.listen()

    assert again.commands[-1] == "HANGUP"


async def test_a_danger_is_taken_to_the_dialogue_at_once(exchange: Exchange) -> None:
    exchange.voice.says.append("厨房着火了")
    async with exchange.call() as caller:
        await caller.speak()
        await caller.listen()

    assert exchange.dialogue.texts == ["厨房着火了"]


async def test_without_a_voice_the_call_goes_to_a_person(exchange: Exchange) -> None:
    exchange.voice.is_down = True
    async with exchange.call() as caller:
        await caller.listen()

    assert caller.commands == ["HANGUP"]


async def test_a_wrong_key_is_told_what_there_is(exchange: Exchange) -> None:
    async with exchange.call() as caller:
        await caller.press("7")
        await caller.press("9")
        await caller.listen()

    told = f"{words().wrong_key}\n{words().menu}"
    assert exchange.voice.spoken[1:] == [told, told]


async def test_a_silence_does_not_take_the_place_of_a_code(exchange: Exchange) -> None:
    exchange.voice.says.append(PROBLEM)
    async with exchange.call() as caller:
        await caller.speak()
        await caller.press("1")
        await caller.press("1")
        await caller.keep_silent()
        await caller.press("9")
        await caller.listen()

    filed, silence, again = exchange.voice.spoken[-3:]
    assert words().silence in silence
    assert "5,B,8,D,3" in again
    assert again == filed


async def test_what_was_said_is_said_again_and_loses_nothing(exchange: Exchange) -> None:
    exchange.voice.says.append(PROBLEM)
    async with exchange.call() as caller:
        await caller.speak()
        await caller.press("9")
        await caller.press("1")
        await caller.listen()

    _, read_back, again, draft = exchange.voice.spoken
    assert again == read_back
    assert "请核对" in draft


WITHHELD = ("", "anonymous", "Anonymous", "unknown", "unavailable", "restricted", "s", "0000")


@pytest.mark.parametrize("caller", WITHHELD)
async def test_callers_who_withhold_their_number_share_nothing(
    exchange: Exchange, caller: str
) -> None:
    for _ in range(2):
        async with exchange.call(caller) as phone:
            await phone.press("3")
            await phone.listen()

    first, second = (one.sender for one in exchange.dialogue.heard)
    assert first != second


@pytest.mark.parametrize(
    ("written", "again"), [("010-0000 0007", "01000000007"), ("2001", "2001"), ("110", "110")]
)
async def test_a_number_is_the_same_however_it_is_written(
    exchange: Exchange, written: str, again: str
) -> None:
    for caller in (written, again):
        async with exchange.call(caller) as phone:
            await phone.press("3")
            await phone.listen()

    first, second = (one.sender for one in exchange.dialogue.heard)
    assert first == second


@pytest.mark.parametrize("caller", ["", "anonymous"])
async def test_a_caller_without_a_number_is_not_told_to_call_again(
    exchange: Exchange, caller: str
) -> None:
    exchange.voice.says.append(PROBLEM)
    async with exchange.call(caller) as phone:
        await phone.speak()
        await phone.press("1")
        await phone.press("1")
        await phone.listen()

    assert "5,B,8,D,3" in exchange.voice.spoken[-1]
    assert words().same_telephone not in exchange.voice.spoken[-1]


async def test_a_person_who_is_asked_for_in_words_comes_the_first_time(exchange: Exchange) -> None:
    exchange.voice.says.append("转人工。")
    async with exchange.call() as caller:
        await caller.speak()
        await caller.listen()
        await caller.listen()

    assert exchange.dialogue.texts == ["/request_human"]
    assert caller.commands[-1] == "HANGUP"


async def test_numbers_of_tickets_and_promises_to_call_back_are_not_said(
    exchange: Exchange,
) -> None:
    late = "现在是下班时间,已经登记您的回电请求,社区值班员上班后联系您。\n值班电话:010-0000-0001"
    script = exchange.dialogue.script
    script["/request_human"] = says(late, outcome=Outcome.HANDOVER)
    followed = says("已帮您关注 20261122-000001,有进展会告诉您。")
    script["我的工单"] = replace(followed, ticket={"code": "5B8D3"})
    async with exchange.call() as caller:
        await caller.press("3")
        await caller.press("0")
        await caller.listen()
        await caller.listen()

    assert "20261122" not in exchange.voice.spoken[1]
    assert "5,B" not in exchange.voice.spoken[1]
    assert "回电" not in exchange.voice.spoken[2]
    assert "值班电话:010-0000-0001" in exchange.voice.spoken[2]


async def test_an_option_is_taken_by_a_part_of_its_name(exchange: Exchange) -> None:
    yes = (Choice(title="对,提交", payload="/affirm"), Choice(title="不对,要改", payload="/deny"))
    exchange.dialogue.script[PROBLEM] = says("请核对", *yes, outcome=Outcome.TICKET_DRAFT)
    exchange.voice.says += [PROBLEM, "是的。", "不对"]
    async with exchange.call() as caller:
        await caller.speak()
        await caller.speak()
        await caller.speak()
        await caller.listen()

    assert exchange.dialogue.texts == [PROBLEM, "/deny"]


async def test_a_misheard_yes_is_asked_again_and_not_read_back(exchange: Exchange) -> None:
    exchange.voice.says += [PROBLEM, "贵"]
    async with exchange.call() as caller:
        await caller.speak()
        await caller.speak()
        await caller.listen()

    assert exchange.voice.spoken[-1].startswith(words().unclear)
    assert "对,请按 1。" in exchange.voice.spoken[-1]


async def test_who_waits_is_asked_to(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.telephone.call.PATIENCE_S", 0.01)
    exchange.dialogue.pause_s = 0.1
    async with exchange.call() as caller:
        await caller.press("3")
        await caller.listen()
        await caller.listen()

    assert exchange.voice.spoken[1] == words().wait
    assert "我的工单" in exchange.voice.spoken[2]


async def test_without_the_key_nobody_talks(exchange: Exchange) -> None:
    with pytest.raises(InvalidStatus):
        async with exchange.call(key="guessed"):
            pass

    assert exchange.voice.spoken == []


async def test_no_sound_is_kept_and_no_word_logged(
    exchange: Exchange, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "channels")
    exchange.voice.says.append(PROBLEM)
    async with exchange.call() as caller:
        await caller.speak()
        await caller.press("1")
        await caller.listen()

    assert not (exchange.parts.settings.home / "media").exists()
    assert "楼道灯" not in caplog.text
    assert "01000000007" not in caplog.text
