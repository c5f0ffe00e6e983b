"""Speaks Chinese offline with espeak-ng, where that program is installed."""

import asyncio
import re
import shutil
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from voice.errors import NotInstalledError
from voice.numerals import spelled

PROGRAM = "espeak-ng"
VOICE = "cmn-latn-pinyin"  # reads pinyin with tone numbers; its own reading of characters is poor
WORDS_A_MINUTE = 130  # slow: for old ears
TIMEOUT_S = 20.0
_CLAUSE = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")
_LETTER = re.compile(r"([A-Za-z])")
_NAMES = """
    A:ei1 B:bi4 C:xi1 D:di4 E:yi4 F:ai2_fu5 G:ji4 H:ai2_chi5 I:ai4 J:zhei4 K:kei4 L:ai2_lou5
    M:ai2_mu5 N:en1 O:ou1 P:pi4 Q:kou1 R:a4 S:ai2_si5 T:ti4 U:you1 V:wei1 W:da2_bu5_liu5
    X:ai2_ke5_si5 Y:wai4 Z:zei4
"""  # as people say letters on the telephone
_LETTERS = dict(pair.replace("_", " ").split(":") for pair in _NAMES.split())


class EspeakSpeaker:
    """Turns words into a WAV file."""

    def __init__(self, program: str | Path | None = None) -> None:
        self._program = program or shutil.which(PROGRAM)

    @property
    def is_installed(self) -> bool:
        """Whether anything can be said."""
        return self._program is not None

    async def speak(self, text: str) -> bytes:
        """Return ``text`` spoken; a WAV file of 16 bits and one channel.

        Raises:
            NotInstalledError: espeak-ng is not here or does not work.
        """
        if self._program is None:
            raise NotInstalledError(PROGRAM)
        process = await asyncio.create_subprocess_exec(
            self._program, "-v", VOICE, "-s", str(WORDS_A_MINUTE), "--stdin", "--stdout",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(TIMEOUT_S):
                spoken, _ = await process.communicate(pinyin(text).encode())
        except BaseException:
            if process.returncode is None:
                process.kill()
                await process.wait()
            raise
        if process.returncode or not spoken:
            raise NotInstalledError(PROGRAM)
        return spoken


def pinyin(text: str) -> str:
    """Return ``text`` as syllables with tone numbers; long numbers are read digit by digit.

    Latin letters are read by their names: the codes of tickets have some.
    """
    return ", ".join(_syllables(clause) for clause in _CLAUSE.split(spelled(text)) if clause)


def _syllables(clause: str) -> str:
    pieces = [piece for piece in _LETTER.split(clause) if piece]
    return " ".join(
        _LETTERS[piece.upper()]
        if _LETTER.fullmatch(piece)
        else " ".join(lazy_pinyin(piece, style=Style.TONE3, neutral_tone_with_five=True))
        for piece in pieces
    )
