"""Words and commands in private chats and groups."""

import pytest

from channels.message import Audience, Citation, Outcome, Reply, Turn
from channels.texts import problems
from tests.channels.telegram.house import WANG, YES, House, turn
from tests.channels.telegram_emulator import buttons

GROUP = {"id": -900, "type": "supergroup", "title": "3栋业主"}


async def test_words_get_the_dialogues_answer(house: House) -> None:
    house.api.write(WANG, "楼道灯坏了")

    assert await house.api.heard(1) == ["听到:楼道灯坏了"]
    assert house.dialogue.heard[0].metadata["channel"] == "telegram"


async def test_the_bot_shows_that_it_is_typing(house: House) -> None:
    answer = house.dialogue.hold("您好")
    house.api.write(WANG, "您好")
    await house.api.until(lambda: bool(house.api.called("sendChatAction")))

    assert house.api.sent == []
    assert house.api.called("sendChatAction")[0]["action"] == "typing"
    answer.set()
    assert await house.api.heard(1) == ["听到:您好"]


async def test_the_menu_has_a_chinese_line_for_each_command(house: House) -> None:
    await house.api.until(lambda: bool(house.api.called("setMyCommands")))

    commands = house.api.called("setMyCommands")[0]["commands"]
    names = [command["command"] for command in commands]
    assert names == ["start", "help", "tickets", "human", "call", "elder", "cancel"]
    assert all(not command["description"].isascii() for command in commands)


async def test_a_building_in_the_deep_link_is_told_to_the_dialogue(house: House) -> None:
    house.api.write(WANG, "/start b3-2")

    welcome, answer = await house.api.heard(2)
    assert "3栋2单元" in welcome
    assert answer == "听到:3栋2单元"


async def test_start_without_a_building_greets(house: House) -> None:
    house.api.write(WANG, "/start")

    assert await house.api.heard(1) == ["听到:您好"]


@pytest.mark.parametrize(
    ("command", "said"),
    [("/tickets", "我的工单"), ("/human", "转人工"), ("/cancel@linli_test_bot", "取消")],
)
async def test_a_command_says_its_word_to_the_dialogue(
    house: House, command: str, said: str
) -> None:
    house.api.write(WANG, command)
    await house.api.heard(1)

    assert house.dialogue.texts == [said]


async def test_help_and_unknown_commands_name_the_commands(house: House) -> None:
    house.api.write(WANG, "/help")
    house.api.write(WANG, "/abrakadabra")

    assert all("/human" in text for text in await house.api.heard(2))
    assert house.dialogue.heard == []


async def test_an_answer_names_its_clause_and_quotes_it(house: House) -> None:
    citation = Citation(
        document="居住证暂行条例", clause="第十三条", quote="首次申领免费",
        source="国务院令第663号", checked="2026-11-21", text="首次申领免费",
    )  # fmt: skip
    answer = Reply(text="第一次办不收费。", citations=(citation, citation))
    house.dialogue.script["收费吗"] = Turn(replies=(answer,), outcome=Outcome.ANSWER)
    house.api.write(WANG, "收费吗")

    assert await house.api.heard(1) == [
        "第一次办不收费。\n\n"
        "出处:《居住证暂行条例》第十三条(2026-11-21 核对)\n原文:「首次申领免费」"
    ]


async def test_a_long_answer_is_split_at_line_ends_and_loses_nothing(house: House) -> None:
    lines = [f"{number}. 这一行讲居住证要带的材料😀" for number in range(400)]
    house.dialogue.script["全文"] = turn("\n".join(lines), choices=YES)
    house.api.write(WANG, "全文")
    await house.api.heard(2)
    await house.api.quiet()

    assert "\n".join(house.api.texts()).split("\n") == lines
    assert [bool(buttons(message)) for message in house.api.sent] == [False] * (
        len(house.api.sent) - 1
    ) + [True]


async def test_a_group_is_asked_over_and_nothing_is_processed(house: House) -> None:
    house.api.write(WANG, "3栋灯坏了", where=GROUP)
    await house.api.heard(1)
    house.api.write(WANG, "是啊", where=GROUP)
    house.api.write(WANG, "/tickets@linli_test_bot", where=GROUP)
    await house.api.heard(2)
    await house.api.quiet()

    assert house.dialogue.heard == []
    assert len(house.api.texts(-900)) == 2
    assert "https://t.me/linli_test_bot?start" in next(iter(buttons(house.api.sent[0]).values()))


async def test_a_dialogue_that_is_down_is_explained(house: House) -> None:
    house.dialogue.is_down = True
    house.api.write(WANG, "您好")

    assert await house.api.heard(1) == [problems()["dialogue_unavailable"]]


async def test_a_message_that_is_too_long_is_explained(house: House) -> None:
    house.api.write(WANG, "灯" * 4050)

    assert "4000" in (await house.api.heard(1))[0]


async def test_the_bot_is_silent_while_a_person_has_the_conversation(house: House) -> None:
    house.api.write(WANG, "转人工")
    await house.api.heard(1)
    conversation = house.parts.conversations.for_account("telegram", str(WANG), Audience.STANDARD)
    house.parts.handover.take(conversation.id, "小李")
    house.api.write(WANG, "在吗")
    await house.api.quiet()
    await house.parts.handover.answer(conversation.id, "小李", "我在,您说。")

    assert house.api.texts() == ["听到:转人工", "我在,您说。"]
