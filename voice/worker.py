"""The process that hears: ``python -m voice.worker``, limited in memory, ended when it is slow.

Standard input: the length of a sound in four bytes (big-endian), then the sound, again and again.
Standard output: one line of JSON for each, and one at the start.
"""

import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from voice.correction import Corrector
from voice.errors import VoiceError
from voice.model import assemble
from voice.recogniser import Heard, WhisperRecogniser
from voice.settings import Settings
from voice.vocabulary import read_vocabulary

LENGTH = struct.Struct(">I")
MEMORY_LIMIT = resource.RLIMIT_DATA


def main() -> None:
    """Load the model, then hear whatever comes until the input ends."""
    settings = Settings.from_env(os.environ)
    size = settings.memory_mb * 1024 * 1024
    resource.setrlimit(MEMORY_LIMIT, (size, size))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not be taken for an answer
    recogniser = open_recogniser(settings)
    _answer(out, {"ready": True})
    serve(sys.stdin.buffer, out, recogniser.hear)


def open_recogniser(settings: Settings) -> WhisperRecogniser:
    """Return the recogniser of an installation, its model made if it is missing.

    Raises:
        NotInstalledError: the extra is not installed.
    """
    model = Path(settings.model) if settings.model else assemble(settings.home)
    vocabulary = read_vocabulary()
    corrector = Corrector(vocabulary)
    return WhisperRecogniser(model, vocabulary, corrector, longest_s=settings.longest_s)


def serve(sounds: BinaryIO, out: BinaryIO, hear: Callable[[bytes], Heard]) -> None:
    """Answer each sound with a line; what went wrong is named, never what was said."""
    while head := sounds.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        try:
            answer = hear(sounds.read(length)).as_dict()
        except VoiceError as error:
            answer = {"error": type(error).__name__}
        except MemoryError:
            answer = {"error": "RecogniserFailedError"}
        _answer(out, answer)


def _answer(out: BinaryIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
