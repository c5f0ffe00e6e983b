"""Real sounds: spoken by espeak-ng, decoded by PyAV and heard by Whisper, where they are."""

import os
import shutil

import numpy as np
import pytest

from voice.model import is_installed
from voice.settings import Settings
from voice.sound import read_wav, write_wav
from voice.speaker import PROGRAM, EspeakSpeaker

needs_espeak = pytest.mark.skipif(
    shutil.which(PROGRAM) is None, reason="espeak-ng is not installed (apt-get install espeak-ng)"
)
needs_whisper = pytest.mark.skipif(
    not is_installed(), reason="the voice extra is not installed (make setup-voice)"
)


def test_a_wav_comes_back_as_it_was_written() -> None:
    samples = np.array([0, 1000, -1000, 32767], np.int16)

    found, rate = read_wav(write_wav(samples, 8000))

    assert (found.tolist(), rate) == (samples.tolist(), 8000)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"OggS" + bytes(90)])
def test_what_is_no_wav_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        read_wav(content)


@needs_espeak
async def test_words_are_spoken() -> None:
    samples, rate = read_wav(await EspeakSpeaker().speak("您好,请说话。"))

    assert samples.size / rate > 0.5
    assert np.abs(samples).max() > 1000


@needs_whisper
def test_noise_and_endless_sounds_are_refused() -> None:
    from voice.decoding import decode
    from voice.errors import TooLongError, UnreadableSoundError

    sound = write_wav(np.zeros(16_000, np.int16), 8000)

    assert decode(sound, 5).size == pytest.approx(32_000, abs=100)
    with pytest.raises(TooLongError):
        decode(sound, 1)
    with pytest.raises(UnreadableSoundError):
        decode(os.urandom(400), 5)


@needs_espeak
@needs_whisper
async def test_what_espeak_says_reaches_whisper(tmp_path_factory: pytest.TempPathFactory) -> None:
    from voice.worker import open_recogniser

    home = tmp_path_factory.mktemp("home")
    recogniser = open_recogniser(Settings(home=home, port=1))

    silence = recogniser.hear(write_wav(np.zeros(16_000, np.int16), 16_000))
    heard = recogniser.hear(await EspeakSpeaker().speak("楼道灯坏了三天没人修"))

    assert (silence.text, silence.is_clear) == ("", False)
    assert heard.seconds > 1
    assert heard.raw
