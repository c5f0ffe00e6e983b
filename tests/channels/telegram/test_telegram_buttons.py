"""Options, the elderly mode and news."""

from dataclasses import replace
from typing import Any

from channels.message import Audience, Choice, Citation, Outcome, Turn
from channels.telegram.commands import menu
from channels.texts import problems
from tests.channels.telegram.house import LI, WANG, YES, House, turn
from tests.channels.telegram_emulator import buttons


async def test_a_deep_link_can_open_the_elderly_mode(house: House) -> None:
    house.api.write(WANG, "/start elder-b12")
    await house.api.heard(2)

    assert house.dialogue.heard[0].text == "12栋"
    assert house.dialogue.heard[0].audience == "elderly"


async def test_elder_switches_the_wording_on_and_off(house: House) -> None:
    house.dialogue.script["报修"] = turn("要登记吗?", choices=YES)
    house.api.write(WANG, "/elder")
    house.api.write(WANG, "报修")
    house.api.write(WANG, "/elder")

    text = (await house.api.heard(3))[1]
    assert "回复1:确认登记\n回复2:不登记了" in text
    assert list(buttons(house.api.sent[1])) == ["1. 确认登记", "2. 不登记了"]
    assert house.dialogue.heard[0].audience == "elderly"
    assert house.parts.conversations.for_account(
        "telegram", str(WANG), Audience.ELDERLY
    ).audience is Audience.STANDARD  # fmt: skip


async def test_one_tap_call_is_in_the_menu_and_called_with_one_yes(house: House) -> None:
    house.api.write(WANG, "/call")
    await house.api.heard(1)
    house.api.tap(dict(house.api.sent[0]), "是,叫人")
    await house.api.heard(3)

    assert "call" in [command.command for command in menu()]
    assert [text.partition("{")[0] for text in house.dialogue.texts] == ["/emergency"]
    assert "120 急救" in house.api.texts()[1]
    assert [one["channel"] for one in house.parts.handover.waiting()] == ["telegram"]


async def test_a_number_chooses_the_option_that_stands_beside_it(house: House) -> None:
    house.dialogue.script["报修"] = turn("要登记吗?", choices=YES)
    house.api.write(WANG, "报修")
    house.api.write(WANG, "2")
    await house.api.heard(2)

    assert house.dialogue.texts == ["报修", "/cancel"]


async def test_a_tap_chooses_and_puts_the_keyboard_away(house: House) -> None:
    house.dialogue.script["报修"] = turn("要登记吗?", choices=YES)
    house.dialogue.script["/affirm"] = turn("登记好了", outcome=Outcome.TICKET)
    house.api.write(WANG, "报修")
    await house.api.heard(1)
    asked = dict(house.api.sent[0])
    house.api.tap(asked, "确认登记")
    house.api.tap(asked, "确认登记")
    await house.api.heard(2)
    await house.api.quiet()

    assert house.dialogue.texts == ["报修", "/affirm"]
    assert buttons(house.api.sent[0]) == {}
    toasts = [call.get("text") for call in house.api.called("answerCallbackQuery")]
    assert toasts == ["已选:确认登记", "这里已经选过了。"]


async def test_a_keyboard_of_facets_stays(house: House) -> None:
    fee = (Choice(title="多少钱", payload="/ask_facet"),)
    house.dialogue.script["居住证"] = turn("办理指南", outcome=Outcome.GUIDE, choices=fee)
    house.dialogue.script["/ask_facet"] = turn("不收费", outcome=Outcome.ANSWER)
    house.api.write(WANG, "居住证")
    await house.api.heard(1)
    house.api.tap(dict(house.api.sent[0]), "多少钱")
    await house.api.heard(2)
    await house.api.quiet()

    assert list(buttons(house.api.sent[0])) == ["多少钱"]


async def test_an_option_of_another_chat_is_refused_with_a_reason(house: House) -> None:
    house.dialogue.script["报修"] = turn("要登记吗?", choices=YES)
    house.api.write(WANG, "报修")
    await house.api.heard(1)
    stolen = house.api.sent[0] | {"chat": {"id": LI, "type": "private"}}
    house.api.tap(stolen, "确认登记")

    assert (await house.api.heard(2))[1] == problems()["foreign_choice"]
    assert house.dialogue.texts == ["报修"]


async def test_news_are_pushed_once_with_their_options(house: House) -> None:
    house.api.write(WANG, "您好")
    await house.api.heard(1)
    conversation = house.dialogue.heard[0].sender
    body = {"replies": [{"text": "您的工单已办结。", "choices": [], "citations": []}]}
    solved = (Choice(title="解决了", payload="/confirm_solved"),)
    for _ in range(2):
        await house.parts.news.publish(conversation, "news-1", body, solved)
    house.api.tap(dict(house.api.sent[1]), "解决了")
    await house.api.heard(3)

    assert house.api.texts()[1] == "您的工单已办结。"
    assert house.dialogue.texts == ["您好", "/confirm_solved"]


def cited(text: str, receipt: str = "7KQ2M-9XW4T", **more: Any) -> Turn:
    """Return an answer with its source, which may be judged."""
    source = Citation(document="办法", clause="第三条", quote="", source="", checked="2026-11-21")
    answer = turn(text, outcome=Outcome.ANSWER, **more)
    replies = (replace(answer.replies[0], citations=(source,), receipt=receipt),)
    return replace(answer, replies=replies)


async def test_an_answer_can_be_called_of_use_or_not_and_its_options_stay(house: House) -> None:
    fee = (Choice(title="多少钱", payload="/ask_facet"),)
    house.dialogue.script["居住证"] = cited("住满半年", choices=fee)
    house.api.write(WANG, "居住证")
    await house.api.heard(1)
    asked = dict(house.api.sent[0])
    house.api.tap(asked, "👎 没用")
    await house.api.until(lambda: len(house.opinions.given) == 1)
    await house.api.quiet()

    assert list(buttons(asked)) == ["多少钱", "👍 有用", "👎 没用"]
    assert list(buttons(house.api.sent[0])) == ["多少钱"]
    (given,) = house.opinions.given
    assert (given["useful"], given["said"], given["receipt"]) == (False, "居住证", "7KQ2M-9XW4T")
    assert [c.get("text") for c in house.api.called("answerCallbackQuery")] == [
        "记下了,工作人员会看到。"
    ]
    assert house.dialogue.texts == ["居住证"]


async def test_an_opinion_that_could_not_be_kept_can_be_given_again(house: House) -> None:
    house.dialogue.script["居住证"] = cited("住满半年")
    house.opinions.status = 503
    house.api.write(WANG, "居住证")
    await house.api.heard(1)
    house.api.tap(dict(house.api.sent[0]), "👍 有用")
    await house.api.quiet()

    assert list(buttons(house.api.sent[0])) == ["👍 有用", "👎 没用"]
    (toast,) = house.api.called("answerCallbackQuery")
    assert toast["text"] == problems()["upstream_unavailable"]


async def test_nobody_judges_an_answer_of_another_chat(house: House) -> None:
    house.dialogue.script["居住证"] = cited("住满半年")
    house.api.write(WANG, "居住证")
    await house.api.heard(1)
    stolen = house.api.sent[0] | {"chat": {"id": LI, "type": "private"}}
    house.api.tap(stolen, "👍 有用")
    await house.api.quiet()

    assert house.opinions.given == []


async def test_in_an_emergency_nobody_is_asked_for_an_opinion(house: House) -> None:
    house.dialogue.script["着火了"] = replace(cited("请打119"), outcome=Outcome.EMERGENCY)
    house.api.write(WANG, "着火了")
    await house.api.heard(1)

    assert buttons(house.api.sent[0]) == {}
