"""Handover: waiting, taken, silent, answered, given back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.errors import SettingsError, UnknownConversationError
from channels.message import Choice, Outcome
from tests.channels.office import Guest, Office, says, settings


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


@pytest.fixture
async def taken(office: Office, waiting: Guest) -> Guest:
    office.parts.handover.take(waiting.id, "小李")
    return waiting


@pytest.fixture
def wait(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what lets minutes pass for the desk."""

    def _wait(minutes: int) -> None:
        later = timedelta(minutes=minutes)
        monkeypatch.setattr(office.parts.handover, "_clock", lambda: datetime.now(UTC) + later)

    return _wait


@pytest.mark.parametrize("text", ["家里煤气泄漏", "电梯困人了", "楼上在打老婆"])
async def test_a_danger_is_answered_although_a_person_has_the_conversation(
    office: Office, taken: Guest, text: str
) -> None:
    answer = await taken.say(text)

    assert answer["replies"][0]["text"] == f"听到:{text}"
    assert office.parts.handover.is_taken(taken.id)


async def test_a_danger_that_is_chosen_is_answered_as_well(office: Office, taken: Guest) -> None:
    now = Choice(title="现在有危险", payload="/emergency")
    office.talker.script["家里煤气味大"] = says("打119", now)
    offered = (await taken.say("家里煤气味大"))["replies"][0]["choices"][0]["token"]

    answer = await taken.send(choice=offered)

    assert answer.json()["replies"]
    assert office.talker.texts[-1] == "/emergency"


async def test_who_is_left_alone_waits_again_and_the_bot_answers(
    office: Office, taken: Guest, wait: Callable[[int], None]
) -> None:
    silent = await taken.say("在吗")
    wait(31)

    answer = await taken.say("居住证怎么办")

    (entry,) = office.parts.handover.waiting()
    assert silent["replies"] == []
    assert answer["replies"]
    assert (entry["state"], entry["operator"]) == ("waiting", "")


async def test_the_inbox_shows_who_is_left_alone_since_they_wrote(
    office: Office, taken: Guest, wait: Callable[[int], None]
) -> None:
    heard: list[str] = []
    office.parts.handover.observe(lambda _conversation, since: heard.append(since))
    await taken.say("在吗")
    wait(31)

    (entry,) = office.parts.handover.waiting()

    assert entry["state"] == "waiting"
    assert entry["since"] == office.parts.transcript.read(taken.id)[-1]["at"]
    assert heard == [entry["since"]]


async def test_who_has_written_nothing_yet_is_not_left_alone(
    office: Office, taken: Guest, wait: Callable[[int], None]
) -> None:
    wait(31)

    assert office.parts.handover.is_taken(taken.id)


async def test_a_person_who_answered_keeps_the_conversation(
    office: Office, taken: Guest, wait: Callable[[int], None]
) -> None:
    await taken.say("在吗")
    await office.parts.handover.answer(taken.id, "小李", "在")
    wait(31)

    assert office.parts.handover.is_taken(taken.id)


async def test_words_from_before_somebody_took_over_again_do_not_count(
    office: Office, taken: Guest, wait: Callable[[int], None]
) -> None:
    await taken.say("在吗")
    wait(31)

    office.parts.handover.take(taken.id, "小王")
    wait(62)

    assert office.parts.handover.is_taken(taken.id)


def test_the_patience_is_a_setting(tmp_path: Path) -> None:
    assert settings(tmp_path).handover_patience == timedelta(minutes=30)
    own = settings(tmp_path, LINLI_HANDOVER_PATIENCE_MIN="5")
    assert own.handover_patience == timedelta(minutes=5)


@pytest.mark.parametrize("wrong", ["0", "-1", "soon", "1441"])
def test_a_patience_that_makes_no_sense_stops_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="LINLI_HANDOVER_PATIENCE_MIN"):
        settings(tmp_path, LINLI_HANDOVER_PATIENCE_MIN=wrong)


async def test_an_unknown_conversation_cannot_be_taken(office: Office) -> None:
    desk = office.parts.handover

    for act in (desk.ask, desk.is_taken, desk.give_back):
        with pytest.raises(UnknownConversationError):
            act("nobody")
    with pytest.raises(UnknownConversationError):
        desk.take("nobody", "小李")
    with pytest.raises(UnknownConversationError):
        await desk.answer("nobody", "小李", "在")
