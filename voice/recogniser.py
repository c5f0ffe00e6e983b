"""Turns sound into text: Whisper by faster-whisper, then the correction over our own words."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC

from voice.correction import Corrector
from voice.decoding import RATE, decode
from voice.sound import Samples
from voice.vocabulary import Vocabulary

BEAM = 5
TOKENS_A_SECOND = 12  # more is a recogniser going round in circles
LEAST_TOKENS = 24
QUIET = 0.004  # mean of the loudest tenth of the samples; below, nobody spoke
SHORTEST_S = 0.25
LONGEST_SAID = 6  # characters that somebody may say as they stand in the prompt
UNSURE = -1.0  # mean log probability of a token; below, it was guessed
REPEATED = 2.2  # how far the text can be packed together; above, it says one thing again and again
_STUCK = re.compile(r"([^\W\d\u96f6]{1,6}?)\1{4,}")  # of no noughts, which numbers have
_MARKS = re.compile(r"[,。,.!?!?、;;:\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard; ``text`` is empty when nobody spoke.

    ``raw`` is the text before the correction, ``confidence`` the mean log probability of a token.
    """

    text: str
    raw: str = ""
    confidence: float = 0.0
    seconds: float = 0.0
    is_clear: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class WhisperRecogniser:
    """Hears Mandarin; one at a time, one thread."""

    def __init__(
        self, model: Path, vocabulary: Vocabulary, corrector: Corrector, *, longest_s: float = 60
    ) -> None:
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
        self._corrector, self._prompt = corrector, vocabulary.prompt
        self._longest_s = longest_s
        self._simplify = OpenCC("t2s").convert

    def hear(self, content: bytes) -> Heard:
        """Return what is said in ``content``.

        Raises:
            UnreadableSoundError: there is no sound in it.
            TooLongError: it is longer than a message may be.
        """
        return self.listen(decode(content, self._longest_s), self._prompt)

    def listen(self, samples: Samples, prompt: str) -> Heard:
        """Return what is said in float32 ``samples``, ``RATE`` a second."""
        seconds = samples.size / RATE
        if seconds < SHORTEST_S or _loudness(samples) < QUIET:
            return Heard(text="", seconds=seconds, is_clear=False)
        segments, _ = self._model.transcribe(
            samples,
            language="zh",
            beam_size=BEAM,
            temperature=0,  # no second thoughts: they take the time of ten messages
            initial_prompt=prompt or None,
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=int(max(LEAST_TOKENS, min(seconds, 30) * TOKENS_A_SECOND)),
        )
        return self._read(list(segments), seconds, prompt)

    def _read(self, segments: list[Any], seconds: float, prompt: str) -> Heard:
        raw = self._simplify("".join(segment.text for segment in segments)).strip().lstrip("/")
        if not raw:
            return Heard(text="", seconds=seconds, is_clear=False)
        confidence = sum(segment.avg_logprob for segment in segments) / len(segments)
        packed = max(segment.compression_ratio for segment in segments)
        is_round = packed > REPEATED or is_stuck(raw)
        text = self._corrector.correct(raw)
        is_clear = confidence > UNSURE and not is_round and not is_echo(raw, prompt)
        return Heard(text=text, raw=raw, confidence=confidence, seconds=seconds, is_clear=is_clear)


def is_stuck(raw: str) -> bool:
    """Return whether ``raw`` says one thing five times in a row, as Whisper does when lost."""
    return _STUCK.search(_letters(raw)) is not None


def is_echo(raw: str, prompt: str) -> bool:
    """Return whether ``raw`` is nothing but clauses of the prompt, as Whisper makes of noise."""
    clauses = [clause for clause in map(_letters, _MARKS.split(raw)) if clause]
    known = _letters(prompt)
    return len(_letters(raw)) > LONGEST_SAID and all(clause in known for clause in clauses)


def _loudness(samples: Samples) -> float:
    loudest = np.sort(np.abs(samples))[-max(1, samples.size // 10) :]
    return float(loudest.mean())


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
