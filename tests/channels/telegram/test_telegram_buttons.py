"""Options, the elderly mode and news."""

from channels.message import Audience, Choice, Outcome
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
