"""Bring what people type into one form, character for character.

The result is as long as the message, so that a span found in the one is a span of the other; only
English at its end leaves nothing but blanks, which are dropped.
"""

import re
from functools import cache

import opencc

from actions.understanding.english import in_chinese
from actions.understanding.lexicon import load_lexicon

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LOOKALIKES = {
    ord(one): other
    for one, other in zip(
        "–—‐‑‒−﹣~～〜【】「」『』①②③④⑤⑥⑦⑧⑨", "----------[]''''123456789", strict=True
    )
} | {0x200B: " ", 0xFEFF: " ", 0xA0: " "}  # invisible blanks of messaging apps
_TABLE: dict[int, int | str] = {**_FULL_WIDTH, **_LOOKALIKES}


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Return the text in simplified characters, each in its old position."""
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(map(_simplified_character, text))


@cache
def _simplified_character(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def normalise(text: str) -> str:
    """Return half-width, simplified text with slips and dialect put right, and no English."""
    plain = _without_english(simplified(text.translate(_TABLE)))
    for slip, meant, guarded in _slips():
        plain = guarded.sub(meant, plain) if guarded else plain.replace(slip, meant)
    return plain


@cache
def _slips() -> tuple[tuple[str, str, re.Pattern[str] | None], ...]:
    """Return each slip, what it means and, where it is more than plain words, its expression.

    Most are plain, and replacing them takes a third of the time.
    """
    slips: dict[str, str] = load_lexicon()["slips"]
    return tuple(
        (slip, meant, None if re.escape(slip) == slip else re.compile(slip))
        for slip, meant in slips.items()
    )


def _without_english(plain: str) -> str:
    told = in_chinese(plain)
    return plain if told == plain else told.rstrip()
