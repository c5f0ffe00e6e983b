"""What was said and offered; an option works in its own conversation only."""

from typing import Any

import pytest

from channels.errors import ForeignChoiceError
from tests.channels.office import ASK, Guest, Office, problem


def tokens(answer: dict[str, Any]) -> list[str]:
    return [choice["token"] for reply in answer["replies"] for choice in reply["choices"]]


async def test_an_option_is_sent_as_its_payload_and_kept_as_its_title(
    office: Office, guest: Guest
) -> None:
    token, _ = tokens(await guest.say(ASK))

    await guest.send(choice=token)

    assert office.talker.texts[-1] == "/affirm"
    assert office.parts.transcript.read(guest.id)[-1]["said"] == "确认提交"


async def test_payloads_never_leave_the_gateway(guest: Guest) -> None:
    answer = await guest.say(ASK)

    assert set(answer["replies"][0]["choices"][0]) == {"title", "token"}
    assert all(token.isascii() and 16 <= len(token) <= 32 for token in tokens(answer))


async def test_an_option_of_another_conversation_is_refused(office: Office, guest: Guest) -> None:
    token, _ = tokens(await guest.say(ASK))
    stranger = await office.guest()

    answer = await stranger.send(choice=token)

    problem(answer, 422, "foreign_choice")
    assert office.talker.texts == [ASK]


@pytest.mark.parametrize("invented", ["x", "/affirm", "' OR 1=1 --", "确认提交", "a" * 64])
async def test_an_invented_option_is_refused(guest: Guest, invented: str) -> None:
    problem(await guest.send(choice=invented), 422, "foreign_choice")


async def test_an_overlong_option_is_refused(guest: Guest) -> None:
    problem(await guest.send(choice="a" * 65), 422, "bad_request")


async def test_a_refused_option_leaves_nothing_in_the_transcript(
    office: Office, guest: Guest
) -> None:
    await guest.send(choice="x", message_id="m1")

    assert office.parts.transcript.read(guest.id) == []


async def test_the_yes_of_an_older_question_is_stale(office: Office, guest: Guest) -> None:
    yes, _ = tokens(await guest.say(ASK))
    await guest.say("算了,换一件事")

    answer = await guest.send(choice=yes)

    problem(answer, 422, "foreign_choice")
    assert office.talker.texts[-1] == "算了,换一件事"


async def test_an_older_option_that_says_everything_itself_still_works(
    office: Office, guest: Guest
) -> None:
    _, progress = tokens(await guest.say(ASK))
    await guest.say("居住证怎么办")

    await guest.send(choice=progress)

    assert office.talker.texts[-1].startswith("/ask_progress")


async def test_news_do_not_make_the_question_on_the_screen_stale(
    office: Office, guest: Guest
) -> None:
    yes, _ = tokens(await guest.say(ASK))
    await office.publish(
        conversation=guest.id, choices=[{"title": "解决了", "payload": "/confirm_solved"}]
    )

    answer = await guest.send(choice=yes)

    assert answer.status_code == 200


async def test_a_failed_message_does_not_make_the_question_stale(
    office: Office, guest: Guest
) -> None:
    yes, _ = tokens(await guest.say(ASK))
    office.talker.is_down = True
    await guest.send(text="喂")
    office.talker.is_down = False

    answer = await guest.send(choice=yes)

    assert answer.status_code == 200


@pytest.mark.parametrize("typed", ["1", "一", "１", "第1个", "1.", "确认提交", "确认提交。"])
async def test_an_option_may_be_typed(office: Office, guest: Guest, typed: str) -> None:
    await guest.say(ASK)

    await guest.say(typed)

    assert office.talker.texts[-1] == "/affirm"
    assert office.parts.transcript.read(guest.id)[-1]["said"] == typed


@pytest.mark.parametrize("typed", ["3", "0", "确认提交了吗", "12"])
async def test_what_names_no_option_stays_words(office: Office, guest: Guest, typed: str) -> None:
    await guest.say(ASK)

    await guest.say(typed)

    assert office.talker.texts[-1] == typed


async def test_only_the_latest_options_can_be_typed(office: Office, guest: Guest) -> None:
    await guest.say(ASK)
    await guest.say("别的")

    await guest.say("1")

    assert office.talker.texts[-1] == "1"


def test_a_choice_is_looked_up_with_its_conversation(office: Office) -> None:
    with pytest.raises(ForeignChoiceError):
        office.parts.transcript.choice("nobody", "nothing")


async def test_the_transcript_is_read_oldest_first_and_latest_kept(
    office: Office, guest: Guest
) -> None:
    for n in range(5):
        await guest.say(f"话{n}")

    read = office.parts.transcript.read(guest.id, limit=3)

    assert [entry["said"] for entry in read] == ["话2", "话3", "话4"]
    assert read[0]["reply"]["replies"][0]["text"] == "听到:话2"
