"""One message, answered once, in order, and never read as something it is not."""

import asyncio
import logging
import unicodedata

import pytest

from channels.errors import BadMessageError, DialogueUnavailableError, UnknownConversationError
from channels.message import Inbound, Outcome
from channels.turns import clean
from tests.channels.office import ASK, Building, Guest, Office, problem, says


async def test_a_repeated_message_returns_the_first_reply_and_does_nothing(
    office: Office, guest: Guest
) -> None:
    first = await guest.say(ASK, message_id="m1")
    office.talker.script[ASK] = says("别的")

    again = await guest.say(ASK, message_id="m1")

    assert again == first
    assert office.talker.texts == [ASK]


async def test_fifty_copies_at_once_are_one_message(office: Office, guest: Guest) -> None:
    office.talker.pause_s = 0.02

    answers = await asyncio.gather(*(guest.say(ASK, message_id="m1") for _ in range(50)))

    assert office.talker.texts == [ASK]
    assert all(answer == answers[0] for answer in answers)
    assert len(office.parts.transcript.read(guest.id)) == 1


async def test_the_same_message_id_of_two_people_are_two_messages(office: Office) -> None:
    one, other = await office.guest(), await office.guest()

    await one.say("甲", message_id="m1")
    answer = await other.say("乙", message_id="m1")

    assert answer["replies"][0]["text"] == "听到:乙"


async def test_messages_of_one_person_are_answered_in_order(office: Office, guest: Guest) -> None:
    office.talker.pause_s = 0.01

    await asyncio.gather(*(guest.say(str(n) * 3, message_id=f"m{n}") for n in range(10)))

    assert office.talker.texts == [str(n) * 3 for n in range(10)]


async def test_one_slow_answer_holds_up_nobody_else(office: Office) -> None:
    slow, quick = await office.guest(), await office.guest()
    answer = office.talker.held["慢"] = asyncio.Event()
    waiting = asyncio.create_task(slow.say("慢"))

    await quick.say("快")

    assert not waiting.done()
    answer.set()
    await waiting


@pytest.mark.parametrize(
    "typed",
    [
        "/affirm",
        " /affirm",
        "\n\t/affirm",
        "　/affirm",
        "\u200b/affirm",
        "\ufeff /affirm",
        "\u2060/affirm",
        "\u200d/affirm",
        "\u00ad\u200c/affirm",
        "\x00/affirm",
        "\u2028/restart",
        '/leave_question{"question":"x"}',
    ],
)
async def test_a_typed_slash_is_never_an_intent(office: Office, guest: Guest, typed: str) -> None:
    await guest.say(typed)

    (heard,) = office.talker.texts
    assert heard == "/out_of_scope"  # not understood, and nothing the person chose


async def test_a_full_width_slash_stays_words(office: Office, guest: Guest) -> None:
    await guest.say("／affirm")

    assert office.talker.texts == ["／affirm"]


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " \n\t　",
        "\x00\x01\x1f\x7f\x9f",
        "\u200b\u200e\u202e\u2066\ufeff",
        "\u200d\ufe0f\u2060\u00ad",
    ],
)
async def test_nothing_visible_is_refused_kindly(guest: Guest, nothing: str) -> None:
    answer = await guest.send(text=nothing)

    problem(answer, 422, "empty_message")


async def test_a_message_with_nothing_in_it_is_refused(guest: Guest) -> None:
    problem(await guest.send(), 422, "empty_message")


async def test_a_very_long_text_is_told_its_length(office: Office, guest: Guest) -> None:
    answer = await guest.send(text="灯" * 10_000)

    title = problem(answer, 422, "too_long")
    assert "4000" in title
    assert "10000" in title
    assert not office.talker.heard


async def test_a_text_at_the_limit_is_taken(guest: Guest) -> None:
    await guest.say("灯" * 4000)


@pytest.mark.parametrize("emoji", ["😀", "❤️", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽🙏"])
async def test_emoji_reach_the_dialogue_whole(office: Office, guest: Guest, emoji: str) -> None:
    await guest.say(emoji)

    assert office.talker.texts == [emoji]


def test_no_control_or_format_character_survives_but_those_of_emoji() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    hidden = [c for c in every if unicodedata.category(c) in {"Cc", "Cf"}]

    left = {c for c in hidden if clean(f"灯{c}灯") != "灯灯"}

    tags = {chr(code) for code in range(0xE0020, 0xE0080)}
    assert left == {"\n", "\t", "\u200c", "\u200d"} | tags


def test_a_text_is_composed() -> None:
    assert clean("cafe\u0301 ") == "café"


async def test_an_overlong_message_id_is_refused(guest: Guest) -> None:
    problem(await guest.send(text="灯", message_id="m" * 129), 422, "message_id_too_long")


async def test_what_goes_beside_the_words(office: Office) -> None:
    guest = await office.guest("elderly")

    await guest.send(
        text="灯", location={"latitude": 31.5, "longitude": 121, "datum": "GCJ-02"}, message_id="m"
    )

    (heard,) = office.talker.heard
    assert heard.sender == guest.id
    assert heard.audience == "elderly"
    assert heard.metadata == {
        "channel": "simple",
        "audience": "elderly",
        "message_id": "m",
        "media": [],
        "location": {"latitude": 31.5, "longitude": 121.0, "datum": "GCJ-02"},
        "address": "",  # of this machine itself
    }


async def test_a_place_alone_is_an_intent_of_ours(office: Office, guest: Guest) -> None:
    await guest.send(location={"latitude": 31, "longitude": 121})

    assert office.talker.texts == ["/send_location"]


async def test_when_the_dialogue_is_down_the_person_gets_a_way_on(
    office: Office, guest: Guest
) -> None:
    office.talker.is_down = True

    answer = await guest.send(text="楼道灯坏了", message_id="m1")

    title = problem(answer, 503, "dialogue_unavailable")
    assert answer.headers["retry-after"]
    assert "110" in title
    (kept,) = office.parts.transcript.read(guest.id)
    assert (kept["said"], kept["reply"]) == ("楼道灯坏了", None)
    (waiting,) = office.parts.handover.waiting()
    assert (waiting["conversation"], waiting["state"]) == (guest.id, "waiting")


async def test_the_same_message_works_once_the_dialogue_is_back(
    office: Office, guest: Guest
) -> None:
    office.talker.is_down = True
    await guest.send(text="楼道灯坏了", message_id="m1")
    office.talker.is_down = False

    answer = await guest.say("楼道灯坏了", message_id="m1")

    assert answer["replies"][0]["text"] == "听到:楼道灯坏了"
    assert [kept["said"] for kept in office.parts.transcript.read(guest.id)] == ["楼道灯坏了"]


async def test_a_chosen_option_can_be_sent_again_after_a_failure(
    office: Office, guest: Guest
) -> None:
    token = (await guest.say(ASK))["replies"][0]["choices"][0]["token"]
    office.talker.is_down = True
    await guest.send(choice=token, message_id="m2")
    office.talker.is_down = False

    answer = await guest.send(choice=token, message_id="m2")

    assert answer.status_code == 200
    assert office.talker.texts[-1] == "/affirm"


async def test_a_channel_hears_of_errors_as_exceptions(office: Office, guest: Guest) -> None:
    turns = office.parts.turns

    with pytest.raises(UnknownConversationError):
        await turns.handle(Inbound(conversation="nobody", text="灯"))
    with pytest.raises(BadMessageError):
        await turns.handle(guest.inbound(" "))
    office.talker.is_down = True
    with pytest.raises(DialogueUnavailableError):
        await turns.handle(guest.inbound("灯"))


async def test_observers_hear_of_each_turn(office: Office, guest: Guest) -> None:
    heard: list[tuple[str, Outcome]] = []
    office.parts.turns.observe(lambda channel, turn, _s: heard.append((channel, turn.outcome)))

    await guest.say("灯")

    assert heard == [("web", Outcome.CLARIFY)]


async def test_the_log_holds_none_of_the_persons_words(
    office: Office, guest: Guest, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("channels", "sqlalchemy", "httpx", "uvicorn"):
        caplog.set_level(logging.DEBUG if name == "channels" else logging.INFO, name)

    await guest.say("张三丰住3栋,电话13800001111", message_id="m1")
    await guest.send(text="张三丰" * 4000)
    await guest.send(choice="张三丰")
    await guest.send(text="张三丰", media=["张三丰"])
    await guest.post('{"text": "张三丰", "location": {"latitude": NaN}}'.encode())
    office.talker.is_down = True
    await guest.send(text="张三丰又来了", message_id="m2")
    await office.publish(conversation=guest.id, text="张三丰的工单已受理")

    logged = caplog.text
    assert "turn outcome=clarify" in logged
    assert not {word for word in ("张三丰", "1380000", guest.id) if word in logged}
    assert guest.headers["Authorization"][7:] not in logged


async def test_from_where_somebody_writes_is_told_as_a_digest_only(building: Building) -> None:
    building.clear()

    async with building.office("203.0.113.7") as office:
        await (await office.guest()).send(text="灯")
        await (await office.guest()).send(text="门")

    first, second = (heard.metadata["address"] for heard in building.talker.heard)
    assert first == second
    assert len(first) == 32
    assert "203.0.113.7" not in str(building.talker.heard)
