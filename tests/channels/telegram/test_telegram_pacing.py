"""Telegram's limits: messages a second, characters a message."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from channels.message import Audience, Choice
from channels.telegram.commands import menu
from channels.telegram.outgoing import keyboard, split
from channels.telegram.pacing import MessagePacer, Pace


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Requests:
    """Notes when each request was made; the first ``refused`` get a 429."""

    def __init__(self, clock: Clock, refused: int = 0) -> None:
        self.clock, self.refused = clock, refused
        self.at: list[float] = []

    async def __call__(self) -> bool:
        self.at.append(round(self.clock.now - 100, 3))
        if len(self.at) <= self.refused:
            raise RetryAfter(timedelta(seconds=7))
        return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def ask(pacer: MessagePacer, requests: Requests, endpoint: str, chat: int) -> Any:
    return await pacer.process_request(requests, (), {}, endpoint, {"chat_id": chat}, None)


@pytest.fixture(autouse=True)
def _as_the_channel_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def most_in_a_second(at: list[float]) -> int:
    """Return how many fell into the fullest second."""
    return max(sum(start <= one < start + 1 for one in at) for start in at)


async def test_one_chat_gets_a_message_a_second(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(window_s=1), clock, clock.sleep), Requests(clock)

    for _ in range(4):
        await ask(pacer, requests, "sendMessage", 1)

    assert requests.at == [0, 1, 2, 3]


async def test_all_chats_together_get_thirty_a_second(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(), clock, clock.sleep), Requests(clock)

    for chat in range(90):
        await ask(pacer, requests, "sendMessage", chat)

    assert most_in_a_second(requests.at) == 30
    assert requests.at[-1] == pytest.approx(2 * Pace().window_s)


@given(
    chats=st.lists(st.integers(1, 4), min_size=1, max_size=60),
    pauses=st.lists(st.sampled_from([0.0, 0.0, 0.3, 1.2, 5.0]), min_size=60, max_size=60),
)
def test_no_pause_of_the_process_makes_a_second_too_full(
    chats: list[int], pauses: list[float]
) -> None:
    clock = Clock()
    pacer = MessagePacer(Pace(overall_limit=3), clock, clock.sleep)
    sent = {chat: Requests(clock) for chat in chats}

    async def send_all() -> None:
        for chat, pause in zip(chats, pauses, strict=False):
            clock.now += pause
            await ask(pacer, sent[chat], "sendMessage", chat)

    asyncio.run(send_all())

    assert all(most_in_a_second(one.at) == 1 for one in sent.values())
    assert most_in_a_second(sorted(at for one in sent.values() for at in one.at)) <= 3


async def test_a_tap_is_answered_without_waiting(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(), clock, clock.sleep), Requests(clock)

    for _ in range(10):
        await ask(pacer, requests, "answerCallbackQuery", 1)

    assert requests.at == [0] * 10


async def test_retry_after_is_waited_for(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(), clock, clock.sleep), Requests(clock, refused=1)

    await ask(pacer, requests, "sendMessage", 1)

    assert requests.at == [0, 7]


async def test_a_message_that_is_always_refused_is_given_back(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(tries=2), clock, clock.sleep), Requests(clock, refused=9)

    with pytest.raises(RetryAfter):
        await ask(pacer, requests, "sendMessage", 1)

    assert len(requests.at) == 2


async def test_typing_never_waits_for_a_429(clock: Clock) -> None:
    pacer, requests = MessagePacer(Pace(), clock, clock.sleep), Requests(clock, refused=1)

    with pytest.raises(RetryAfter):
        await asyncio.wait_for(ask(pacer, requests, "sendChatAction", 1), 1)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("短", ["短"]),
        ("一行\n两行\n三行", ["一行\n两行", "三行"]),
        ("没有行尾,也要分开", ["没有行尾,", "也要分开"]),
        ("字" * 13, ["字" * 6, "字" * 6, "字"]),
        ("😀" * 4, ["😀" * 3, "😀"]),
    ],
)
def test_text_is_split_where_it_reads_best(text: str, pieces: list[str]) -> None:
    assert split(text, 6) == pieces


def test_elderly_people_get_one_button_a_row() -> None:
    choices = (Choice(title="是", token="a"), Choice(title="不是", token="b"))

    rows = {
        audience: [len(row) for row in found.inline_keyboard]
        for audience in Audience
        if (found := keyboard(choices, audience))
    }

    assert rows == {Audience.STANDARD: [2], Audience.ELDERLY: [1, 1]}


def test_the_menu_has_names_that_telegram_takes() -> None:
    assert all(command.command.islower() and len(command.description) <= 256 for command in menu())
