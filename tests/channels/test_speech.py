"""Recordings of browsers that recognise nothing themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from channels.gateway import create_app
from channels.parts import Parts
from channels.texts import problems
from tests.channels.ears import OGG, Ears, sound
from tests.channels.office import Talker, settings


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def client(tmp_path: Path, ears: Ears) -> AsyncIterator[httpx.AsyncClient]:
    parts = Parts.assemble(settings(tmp_path), dialogue=Talker(), hearing=ears)
    transport = httpx.ASGITransport(create_app(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as opened:
        yield opened
    await parts.close()


async def send(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post("/api/speech", files={"file": ("voice", content, "audio/webm")})


async def test_a_recording_becomes_words_and_is_not_kept(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await send(client, sound("三栋电梯坏了"))

    assert answer.json() == {"text": "三栋电梯坏了"}
    assert not (tmp_path / "media").exists()


async def test_a_page_may_ask_whether_anybody_hears(client: httpx.AsyncClient, ears: Ears) -> None:
    open_ = (await client.get("/api/speech")).json()
    ears.is_open = False
    closed = (await client.get("/api/speech")).json()

    assert (open_, closed) == ({"is_open": True}, {"is_open": False})


@pytest.mark.parametrize(
    ("content", "status", "key"),
    [
        (sound("呜呜"), 422, "voice_unclear"),
        (sound(""), 422, "voice_unclear"),
        (sound("很" * 1001), 422, "voice_too_long"),
        (OGG, 415, "refused_media"),
    ],
)
async def test_what_cannot_be_heard_is_told_kindly(
    client: httpx.AsyncClient, ears: Ears, content: bytes, status: int, key: str
) -> None:
    ears.mumbled.add("呜呜")

    answer = await send(client, content)

    assert (answer.status_code, answer.json()["title"]) == (status, problems()[key])


@pytest.mark.parametrize("state", [{"is_open": False}, {"is_down": True}])
async def test_without_the_voice_process_writing_is_asked_for(
    client: httpx.AsyncClient, ears: Ears, state: dict[str, bool]
) -> None:
    for name, value in state.items():
        setattr(ears, name, value)

    answer = await send(client, sound("三栋电梯坏了"))

    assert (answer.status_code, answer.json()["title"]) == (503, problems()["hearing_unavailable"])
