"""The doors of the voice process."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from voice.errors import BusyError, NotInstalledError, SettingsError, VoiceError
from voice.recogniser import Heard
from voice.service import create_app
from voice.settings import Settings

KEY = {"Authorization": "Bearer key"}


@dataclass
class Ear:
    """Hears the bytes as text, or fails."""

    error: VoiceError | None = None
    is_ready: bool = True
    heard: list[bytes] = field(default_factory=list)

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def hear(self, content: bytes) -> Heard:
        if self.error is not None:
            raise self.error
        self.heard.append(content)
        return Heard(text=content.decode(), seconds=1.5)


class Mouth:
    """Says the text as it is, or is not there."""

    def __init__(self, *, is_installed: bool = True) -> None:
        self.is_installed = is_installed

    async def speak(self, text: str) -> bytes:
        if not self.is_installed:
            raise NotInstalledError("espeak-ng")
        return text.encode()


def client(ear: Ear, mouth: Mouth | None = None) -> httpx.AsyncClient:
    settings = Settings(home=Path("/nowhere"), port=1, internal_token="key")
    app = create_app(settings, ear, mouth or Mouth())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://voice")


async def test_a_sound_becomes_words_and_words_a_sound() -> None:
    async with client(Ear()) as asked:
        heard = await asked.post("/hear", content="楼道灯坏了".encode(), headers=KEY)
        said = await asked.post("/speak", json={"text": "您好"}, headers=KEY)

    assert heard.json()["text"] == "楼道灯坏了"
    assert said.content.decode() == "您好"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}])
async def test_without_the_key_nothing_is_heard(headers: dict[str, str]) -> None:
    ear = Ear()
    async with client(ear) as asked:
        answer = await asked.post("/hear", content=b"x", headers=headers)

    assert answer.status_code == 403
    assert ear.heard == []


async def test_what_goes_wrong_is_named_and_says_no_word() -> None:
    async with client(Ear(error=BusyError())) as asked:
        answer = await asked.post("/hear", content=b"x", headers=KEY)

    assert answer.status_code == 429
    assert answer.json() == {"error": "BusyError"}


async def test_a_missing_speaker_is_said_so() -> None:
    async with client(Ear(), Mouth(is_installed=False)) as asked:
        answer = await asked.post("/speak", json={"text": "您好"}, headers=KEY)
        health = await asked.get("/healthz")

    assert answer.status_code == 503
    assert health.json() == {"status": "ok", "hears": True, "speaks": False}


async def test_a_recogniser_that_is_down_is_not_called_well() -> None:
    async with client(Ear(is_ready=False)) as asked:
        health = await asked.get("/healthz")

    assert health.json() == {"status": "down", "hears": False, "speaks": True}


async def test_what_was_said_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "voice")
    async with client(Ear()) as asked:
        await asked.post("/hear", content="三栋的王阿姨".encode(), headers=KEY)

    assert "heard seconds=1.5" in caplog.text
    assert "王阿姨" not in caplog.text


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LINLI_VOICE_LONGEST_S", "0"), ("LINLI_VOICE_WAITING", "many"), ("LINLI_PORT", "70000")],
)
def test_a_bad_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: value})
