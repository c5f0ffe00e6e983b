"""Samples and files of sound: WAV, and the µ-law of telephones."""

import io
import wave
from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[Any]]


def write_wav(samples: Samples, rate: int) -> bytes:
    """Return a WAV file (16 bit, mono) of float ``samples`` in -1..1 or of int16 ones."""
    if samples.dtype != np.int16:
        samples = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()


def read_wav(content: bytes) -> tuple[Samples, int]:
    """Return int16 samples and their rate; of a mono WAV of 16 bits only.

    Raises:
        ValueError: it is something else.
    """
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise ValueError("mono and 16 bits are expected")
            frames = file.readframes(file.getnframes())
            rate = file.getframerate()
    except (wave.Error, EOFError) as error:
        raise ValueError("not a WAV file") from error
    if len(frames) % 2:  # a streamed file claims more than it holds
        frames = frames[:-1]
    return np.frombuffer(frames, "<i2"), rate
