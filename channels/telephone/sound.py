"""The sound of telephones: µ-law at 8,000 samples a second (ITU-T G.711)."""

import io
import wave
from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[Any]]

RATE = 8000
FRAME = 160  # bytes of 20 ms
SILENCE = b"\xff"  # µ-law's zero
LOUD = 500  # mean of absolute samples of a frame in which somebody speaks, of 32,768
_BIAS = 0x84
_LIMIT = 32635


def _tables() -> tuple[Samples, Samples]:
    codes = ~np.arange(256, dtype=np.int32) & 0xFF
    exponents = (codes >> 4) & 7
    magnitudes = ((((codes & 15) << 3) + _BIAS) << exponents) - _BIAS
    decoded = np.where(codes & 0x80, -magnitudes, magnitudes).astype(np.int16)
    samples = np.arange(-32768, 32768, dtype=np.int32)
    shifted = np.minimum(np.abs(samples), _LIMIT) + _BIAS
    exponents = np.floor(np.log2(shifted)).astype(np.int32) - 7
    mantissas = (shifted >> (exponents + 3)) & 15
    signs = np.where(samples < 0, 0x80, 0)
    return decoded, (~(signs | (exponents << 4) | mantissas) & 0xFF).astype(np.uint8)


_DECODED, _ENCODED = _tables()


def decode(content: bytes) -> Samples:
    """Return the int16 samples of µ-law ``content``."""
    decoded: Samples = _DECODED[np.frombuffer(content, np.uint8)]
    return decoded


def encode(samples: Samples) -> bytes:
    """Return int16 ``samples`` in µ-law."""
    encoded: bytes = _ENCODED[samples.astype(np.int32) + 32768].tobytes()
    return encoded


def is_loud(frame: bytes) -> bool:
    """Return whether somebody speaks in a frame."""
    return bool(frame) and float(np.abs(decode(frame).astype(np.int32)).mean()) > LOUD


def to_wav(content: bytes) -> bytes:
    """Return µ-law ``content`` as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(decode(content).astype("<i2").tobytes())
    return out.getvalue()


def from_wav(content: bytes) -> bytes:
    """Return a WAV file (16 bit, mono) as µ-law.

    Raises:
        ValueError: it is something else.
    """
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise ValueError("mono and 16 bits are expected")
            rate, frames = file.getframerate(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError("not a WAV file") from error
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], "<i2").astype(np.float64)
    if not samples.size:
        return b""
    width = max(1, round(rate / RATE))  # what telephones cannot carry would come back as noise
    smooth = np.convolve(samples, np.ones(width) / width, "same")
    places = np.arange(int(samples.size * RATE / rate)) * rate / RATE
    return encode(np.interp(places, np.arange(samples.size), smooth).astype(np.int16))
