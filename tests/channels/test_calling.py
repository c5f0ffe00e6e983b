"""一键呼叫 as a word: in every channel, asked once, and heard even if a person has the talk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.exc import OperationalError

from channels.conversations import Conversation
from channels.family.calling import CALL, CallAside, told
from channels.family.circle import ONE_CALL, Circle
from channels.family.particulars import particulars
from channels.family.tie import Call
from channels.family.ties import Ties
from channels.message import Audience, Inbound, Outcome
from channels.simple.calling import Telling
from channels.vault import Vault
from tests.channels.office import Guest, Office, open_office, says

TICKET = {"number": "20261122-000009", "status": "submitted", "status_name": "已提交"}
DAUGHTER = particulars("女儿小芳", "010-0000-0123", "妈妈", "3栋2单元", "2")


def dialogue_files(office: Office, guest: Guest) -> None:
    """Let the dialogue file a call and say whom it told."""
    filed = replace(says("我已经通知杨春燕。", outcome=Outcome.EMERGENCY), ticket=TICKET)
    office.talker.script[told(office.parts.circle, guest.id)] = filed


class LostTies(Ties):
    """A table of calls that cannot be read."""

    def calls(self, elder: str, since: datetime) -> list[Call]:
        raise OperationalError("SELECT", {}, OSError())


def page_of_an_elder(office: Office) -> Conversation:
    """Open a conversation of the page for elderly people, whose calls the dialogue files."""
    elder = office.parts.conversations.open(Audience.ELDERLY, "simple")[0]
    filed = replace(says("我已经通知杨春燕。", outcome=Outcome.EMERGENCY), ticket=TICKET)
    nowhere = Circle(Ties(office.parts.engine, Vault("")), office.parts.news)
    office.talker.script[told(nowhere, elder.id)] = filed
    return elder


def telling(office: Office, circle: Circle | None = None) -> Telling:
    parts = office.parts
    return Telling(
        turns=parts.turns,
        conversations=parts.conversations,
        handover=parts.handover,
        circle=circle or parts.circle,
        directory=parts.directory,
    )


def titles(body: dict[str, object]) -> list[str]:
    return [c["title"] for reply in body["replies"] for c in reply["choices"]]  # type: ignore[attr-defined]


def words_of(body: dict[str, object]) -> str:
    return "\n".join(reply["text"] for reply in body["replies"])  # type: ignore[attr-defined]


async def test_the_word_asks_once_and_a_yes_calls(office: Office) -> None:
    guest = await office.guest("elderly")
    dialogue_files(office, guest)

    asked = await guest.say("一键呼叫!")
    heard_before = list(office.talker.texts)
    called = await guest.say("1")

    assert titles(asked) == ["是,叫人", "不用"]
    assert heard_before == []
    assert "我已经通知杨春燕。" in words_of(called)
    assert "120 急救" in words_of(called)
    assert (called["outcome"], called["ticket"]["number"]) == ("emergency", TICKET["number"])
    assert [one["conversation"] for one in office.parts.handover.waiting()] == [guest.id]


async def test_a_no_calls_nobody(office: Office, guest: Guest) -> None:
    await guest.say("一键呼叫")

    said = await guest.say("不用")

    assert "没有叫人" in words_of(said)
    assert office.talker.heard == []
    assert office.parts.handover.waiting() == []


async def test_the_same_yes_again_calls_once(office: Office, guest: Guest) -> None:
    dialogue_files(office, guest)
    asked = await guest.say("一键呼叫")
    token = asked["replies"][0]["choices"][0]["token"]

    first = await guest.send(choice=token, message_id="m-1")
    again = await guest.send(choice=token, message_id="m-1")

    assert first.json() == again.json()
    assert len(office.talker.heard) == 1


async def test_another_yes_within_a_minute_is_the_same_call(office: Office, guest: Guest) -> None:
    dialogue_files(office, guest)
    for _ in range(2):
        await guest.say("一键呼叫")
        await guest.say("是,叫人")

    first, second = (one.metadata["message_id"] for one in office.talker.heard)

    assert first == second  # a ticket's origin: the same twice is one ticket


async def test_another_press_on_the_page_within_a_minute_is_the_same_call(office: Office) -> None:
    elder = page_of_an_elder(office)

    turns = [await telling(office).call(elder, nonce, "") for nonce in ("n1", "n2")]

    assert [turn and turn.ticket for turn in turns] == [TICKET, TICKET]
    assert len(office.talker.heard) == 1


async def test_the_word_and_the_button_within_a_minute_are_the_same_call(office: Office) -> None:
    elder = page_of_an_elder(office)
    for text in ("一键呼叫", "是,叫人"):
        await office.parts.turns.handle(Inbound(conversation=elder.id, text=text))

    await telling(office).call(elder, "n1", "")

    assert len({one.metadata["message_id"] for one in office.talker.heard}) == 1


async def test_a_press_after_a_minute_files_again(office: Office) -> None:
    elder, now = page_of_an_elder(office), datetime(2026, 11, 22, 4, tzinfo=UTC)
    times = iter((now, now + ONE_CALL + timedelta(seconds=1)))
    circle = Circle(office.parts.circle.ties, office.parts.news, lambda: next(times))

    for nonce in ("n1", "n2"):
        await telling(office, circle).call(elder, nonce, "")

    first, second = (one.metadata["message_id"] for one in office.talker.heard)
    assert first != second


async def test_a_press_after_one_that_was_not_filed_files(office: Office) -> None:
    elder = page_of_an_elder(office)
    payload = told(office.parts.circle, elder.id)
    filed, office.talker.script[payload] = office.talker.script[payload], says("请打 120。")

    first = await telling(office).call(elder, "n1", "")
    office.talker.script[payload] = filed
    second = await telling(office).call(elder, "n2", "")

    assert first is None
    assert second
    assert second.ticket == TICKET


async def test_what_fails_with_the_family_holds_up_no_filing(office: Office) -> None:
    elder, parts = page_of_an_elder(office), office.parts
    circle = Circle(LostTies(parts.engine, Vault("")), parts.news)

    turn = await telling(office, circle).call(elder, "n1", "")

    assert turn
    assert turn.ticket == TICKET


async def test_a_family_that_cannot_be_read_holds_up_no_call(tmp_path: Path) -> None:
    async with open_office(tmp_path, LINLI_VAULT_KEY=Fernet.generate_key().decode()) as office:
        elder, parts = page_of_an_elder(office), office.parts
        daughter = parts.conversations.open(Audience.STANDARD, "web")[0].id
        tie = await parts.circle.ask(parts.circle.offer(elder.id), daughter, DAUGHTER, "a")
        await parts.circle.agree(tie.id, elder.id)
        shut = Circle(Ties(parts.engine, Vault("")), parts.news)
        aside = CallAside(shut, parts.handover, office.talker, parts.directory)

        pressed = await telling(office, shut).call(elder, "n1", "")
        said = await aside.answer(elder, CALL, Inbound(conversation=elder.id, message_id="m1"))

        assert [turn and turn.ticket for turn in (pressed, said)] == [TICKET, TICKET]


async def test_if_the_grid_member_cannot_be_told_it_is_said_and_a_person_sees_it(
    office: Office, guest: Guest
) -> None:
    await guest.say("一键呼叫")
    office.talker.is_down = True

    said = await guest.say("是,叫人")

    assert "没有马上通知到" in words_of(said)
    assert "120 急救" in words_of(said)
    assert [one["conversation"] for one in office.parts.handover.waiting()] == [guest.id]


async def test_it_works_while_a_person_has_the_conversation(office: Office, guest: Guest) -> None:
    office.parts.handover.ask(guest.id)
    office.parts.handover.take(guest.id, "小李")

    assert titles(await guest.say("一键呼叫")) == ["是,叫人", "不用"]


@pytest.mark.parametrize("text", ["一键呼叫器怎么申请", "/one_tap_call", "隔壁的一键呼叫坏了"])
async def test_what_only_sounds_like_it_goes_to_the_dialogue(
    office: Office, guest: Guest, text: str
) -> None:
    await guest.say(text)

    assert len(office.talker.heard) == 1
    assert office.parts.handover.waiting() == []


async def test_the_family_is_told_and_nothing_of_them_is_kept(tmp_path: Path) -> None:
    async with open_office(tmp_path, LINLI_VAULT_KEY=Fernet.generate_key().decode()) as office:
        guest, circle = await office.guest("elderly"), office.parts.circle
        daughter = office.parts.conversations.open(Audience.STANDARD, "web")[0].id
        tie = await circle.ask(circle.offer(guest.id), daughter, DAUGHTER, "a")
        await circle.agree(tie.id, guest.id)
        dialogue_files(office, guest)

        asked = await guest.say("一键呼叫")
        called = await guest.say("是,叫人")

        assert "还有您的家人" in words_of(asked)
        assert "也告诉了您的家人" in words_of(called)
        assert "小芳" not in words_of(called)
        news = [one.body["replies"][0]["text"] for one in office.parts.news.since(daughter, 0)]
        assert "妈妈" in news[-1]
        assert "一键呼叫" in news[-1]
        assert "3栋2单元" in office.talker.texts[-1]
