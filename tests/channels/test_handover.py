"""Handover: waiting, taken, silent, answered, given back."""

import pytest

from channels.errors import UnknownConversationError
from channels.message import Outcome
from tests.channels.office import Guest, Office, says


@pytest.fixture
async def waiting(office: Office, guest: Guest) -> Guest:
    office.talker.script["转人工"] = says("请稍等", outcome=Outcome.HANDOVER)
    await guest.say("转人工")
    return guest


async def test_who_asks_for_a_person_stands_in_the_inbox_once(
    office: Office, waiting: Guest
) -> None:
    await waiting.say("转人工", message_id="again")

    (entry,) = office.parts.handover.waiting()
    assert (entry["conversation"], entry["state"]) == (waiting.id, "waiting")
    assert entry["since"]


async def test_the_bot_answers_while_somebody_waits(office: Office, waiting: Guest) -> None:
    answer = await waiting.say("居住证怎么办")

    assert answer["replies"]


async def test_the_bot_is_silent_once_a_person_is_there(office: Office, waiting: Guest) -> None:
    office.parts.handover.take(waiting.id, "小李")

    answer = await waiting.say("你好,在吗")

    assert (answer["replies"], answer["outcome"]) == ([], "handover")
    assert "你好,在吗" not in office.talker.texts
    (entry,) = office.parts.handover.waiting()
    assert (entry["state"], entry["operator"]) == ("taken", "小李")


async def test_what_a_person_writes_reaches_the_resident_as_news(
    office: Office, waiting: Guest
) -> None:
    office.parts.handover.take(waiting.id, "小李")

    await office.parts.handover.answer(waiting.id, "小李", "我是小李,马上来")

    (news,) = office.parts.news.since(waiting.id, 0)
    assert news.body["replies"][0]["text"] == "我是小李,马上来"
    assert (news.body["operator"], news.body["outcome"]) == ("小李", "handover")


async def test_both_sides_are_read_in_order(office: Office, waiting: Guest) -> None:
    office.parts.handover.take(waiting.id, "小李")
    await waiting.say("在吗")
    await office.parts.handover.answer(waiting.id, "小李", "在")
    await waiting.say("谢谢")

    entries = office.parts.handover.messages(waiting.id)

    spoken = [e.get("said") or e["news"]["replies"][0]["text"] for e in entries]
    assert spoken == ["转人工", "在吗", "在", "谢谢"]


async def test_given_back_the_bot_answers_again(office: Office, waiting: Guest) -> None:
    office.parts.handover.take(waiting.id, "小李")
    office.parts.handover.give_back(waiting.id)

    answer = await waiting.say("居住证怎么办")

    assert answer["replies"]
    assert office.parts.handover.waiting() == []


async def test_who_waits_longest_comes_first(office: Office) -> None:
    guests = [await office.guest() for _ in range(3)]
    for guest in reversed(guests):
        office.parts.handover.ask(guest.id)

    order = [entry["conversation"] for entry in office.parts.handover.waiting()]

    assert order == [guest.id for guest in reversed(guests)]


async def test_asking_again_does_not_take_a_conversation_from_its_operator(
    office: Office, waiting: Guest
) -> None:
    office.parts.handover.take(waiting.id, "小李")

    office.parts.handover.ask(waiting.id)

    assert office.parts.handover.is_taken(waiting.id)


async def test_an_unknown_conversation_cannot_be_taken(office: Office) -> None:
    desk = office.parts.handover

    for act in (desk.ask, desk.is_taken, desk.give_back):
        with pytest.raises(UnknownConversationError):
            act("nobody")
    with pytest.raises(UnknownConversationError):
        desk.take("nobody", "小李")
    with pytest.raises(UnknownConversationError):
        await desk.answer("nobody", "小李", "在")
