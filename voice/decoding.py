"""Decodes whatever telephones and browsers record, with PyAV: no program has to be installed."""

import io
from typing import Any

import numpy as np

from voice.errors import TooLongError, UnreadableSoundError
from voice.sound import Samples

RATE = 16_000  # samples a second, the recogniser's


def decode(content: bytes, longest_s: float) -> Samples:
    """Return the sound in ``content``: float32 in -1..1, mono, ``RATE`` a second.

    Reads no further than ``longest_s``, so that a small file cannot fill the memory.

    Raises:
        UnreadableSoundError: there is no sound in it that can be decoded.
        TooLongError: it is longer than ``longest_s``.
    """
    import av

    try:
        with av.open(io.BytesIO(content), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise UnreadableSoundError
            return _read(av, container, int(longest_s * RATE))
    except (av.FFmpegError, ValueError, EOFError) as error:
        raise UnreadableSoundError from error


def _read(av: Any, container: Any, limit: int) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces: list[Samples] = []
    total = 0
    for frame in container.decode(audio=0):
        for piece in resampler.resample(frame):
            pieces.append(piece.to_ndarray().ravel())
            total += pieces[-1].size
        if total > limit:
            raise TooLongError
    pieces += [piece.to_ndarray().ravel() for piece in resampler.resample(None)]
    if not total:
        raise UnreadableSoundError
    return np.concatenate(pieces).astype(np.float32) / 32768
