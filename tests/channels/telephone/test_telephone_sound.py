"""The sound of telephones."""

import shutil

import numpy as np
import pytest

from channels.telephone.sound import FRAME, SILENCE, decode, encode, from_wav, is_loud, to_wav


def test_what_is_encoded_comes_back_nearly_as_it_was() -> None:
    samples = np.arange(-32000, 32000, 97).astype(np.int16)

    error = np.abs(decode(encode(samples)).astype(int) - samples)

    assert (error <= np.maximum(16, np.abs(samples.astype(int)) // 16)).all()


def test_the_codes_are_those_of_the_standard() -> None:
    assert encode(np.array([0, -1, 32767, -32768], np.int16)) == b"\xff\x7f\x80\x00"
    assert decode(b"\xff\x7f\x80\x00").tolist() == [0, 0, 32124, -32124]


def test_speech_is_loud_and_silence_is_not() -> None:
    tone = encode((np.sin(np.arange(FRAME) / 4) * 8000).astype(np.int16))

    assert (is_loud(tone), is_loud(SILENCE * FRAME), is_loud(b"")) == (True, False, False)


def test_a_wav_of_another_rate_keeps_its_length() -> None:
    content = to_wav(SILENCE * 8000)

    assert len(from_wav(content)) == 8000
    with pytest.raises(ValueError, match="WAV"):
        from_wav(b"text")


@pytest.mark.skipif(
    shutil.which("espeak-ng") is None,
    reason="espeak-ng is not installed (apt-get install espeak-ng)",
)
async def test_what_espeak_says_can_be_played_to_a_caller() -> None:
    from voice.speaker import EspeakSpeaker

    sound = from_wav(await EspeakSpeaker().speak("您好,请说话。"))

    frames = [sound[start : start + FRAME] for start in range(0, len(sound), FRAME)]
    assert sum(map(is_loud, frames)) > 20
