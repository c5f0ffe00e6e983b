"""One sound at a time, and nobody waits for a recogniser that is stuck."""

import asyncio
import sys
from pathlib import Path

import pytest

from voice.crew import Crew
from voice.errors import BusyError, RecogniserFailedError, UnreadableSoundError
from voice.settings import REPOSITORY

FAKE = """
import os, sys
sys.path.insert(0, {repository!r})
from voice.errors import UnreadableSoundError
from voice.recogniser import Heard
from voice.worker import _answer, serve


def hear(content):
    if content == b"die":
        os._exit(9)
    if content == b"hang":
        os.read(os.open({gate!r}, os.O_RDONLY), 1)
    if content == b"noise":
        raise UnreadableSoundError
    return Heard(text=content.decode(), seconds=1.0)


_answer(sys.stdout.buffer, {{"ready": True}})
serve(sys.stdin.buffer, sys.stdout.buffer, hear)
"""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    import os

    gate = tmp_path / "gate"
    os.mkfifo(gate)
    program = tmp_path / "fake.py"
    program.write_text(FAKE.format(repository=str(REPOSITORY), gate=str(gate)), "utf-8")
    return sys.executable, str(program)


async def test_a_sound_is_heard_and_the_next_one_too(command: tuple[str, ...]) -> None:
    crew = Crew(timeout_s=60, waiting=2, command=command)

    heard = [(await crew.hear(text.encode())).text for text in ("楼道灯坏了", "电梯坏了")]
    is_ready = crew.is_ready
    await crew.stop()

    assert heard == ["楼道灯坏了", "电梯坏了"]
    assert (is_ready, crew.is_ready) == (True, False)


async def test_a_recogniser_that_still_loads_is_not_ready(tmp_path: Path) -> None:
    program = tmp_path / "slow.py"
    program.write_text('import sys; sys.stdin.readline(); print("{}", flush=True)', "utf-8")
    crew = Crew(timeout_s=60, waiting=2, command=(sys.executable, str(program)))
    loading = asyncio.create_task(crew.start())
    while crew._process is None:  # noqa: ASYNC110 - a process that starts tells nobody
        await asyncio.sleep(0)
    is_ready_before = crew.is_ready
    assert crew._process.stdin is not None
    crew._process.stdin.write(b"go\n")
    await loading
    is_ready_after = crew.is_ready
    await crew.stop()

    assert (is_ready_before, is_ready_after, crew.is_ready) == (False, True, False)


async def test_what_is_no_sound_is_refused_and_harms_nobody(command: tuple[str, ...]) -> None:
    crew = Crew(timeout_s=60, waiting=2, command=command)

    with pytest.raises(UnreadableSoundError):
        await crew.hear(b"noise")
    heard = await crew.hear("后来的".encode())
    await crew.stop()

    assert heard.text == "后来的"


async def test_a_recogniser_that_falls_is_started_again(command: tuple[str, ...]) -> None:
    crew = Crew(timeout_s=60, waiting=2, command=command)

    with pytest.raises(RecogniserFailedError):
        await crew.hear(b"die")
    heard = await crew.hear("后来的".encode())
    await crew.stop()

    assert heard.text == "后来的"


async def test_a_recogniser_that_is_stuck_is_ended_and_started_again(
    command: tuple[str, ...],
) -> None:
    crew = Crew(timeout_s=60, waiting=2, command=command)
    await crew.start()
    crew._timeout_s = 0.05

    with pytest.raises(RecogniserFailedError):
        await crew.hear(b"hang")
    crew._timeout_s = 60
    heard = await crew.hear("后来的".encode())
    await crew.stop()

    assert heard.text == "后来的"


async def test_no_more_than_a_few_wait(command: tuple[str, ...]) -> None:
    crew = Crew(timeout_s=60, waiting=2, command=command)
    await crew.start()
    first, second = (asyncio.create_task(crew.hear(b"x")) for _ in range(2))
    await asyncio.sleep(0)

    with pytest.raises(BusyError):
        await crew.hear(b"y")
    await asyncio.gather(first, second)
    await crew.stop()
