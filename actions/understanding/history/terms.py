"""The terms a message is judged by: characters and words, those of its beginning once more."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import jieba

from actions.understanding.normalise import normalise

LONG = 1000  # characters; what comes later says the same again
HEAD, HEAD_WORDS = 30, 15  # a message says first what it is about


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in one form, and its words."""

    plain: str
    words: Sequence[str]


def worded(plain: str, words: Sequence[str] | None = None) -> Worded:
    """Return a normalised message with its words, found by the dictionary unless given.

    Every figure becomes a nought, so that no model keeps a telephone or an identity number.
    """
    form = re.sub(r"\s+", " ", re.sub(r"\d", "0", plain[:LONG])).strip().lower()
    if words is None:
        return Worded(form, [word for word in _dictionary().lcut(form) if word != " "])
    return Worded(form, [re.sub(r"\d", "0", normalise(word)).lower() for word in words])


@cache
def _dictionary() -> jieba.Tokenizer:
    """Return the dictionary, read without a cache file in a folder that others may write to."""
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    return tokenizer


def _characters(message: Worded) -> list[str]:
    return _runs(message.plain, 2)


def _first_characters(message: Worded) -> list[str]:
    return _runs(message.plain[:HEAD], 3)


def _all_words(message: Worded) -> list[str]:
    return list(message.words)


def _first_words(message: Worded) -> list[str]:
    first = message.words[:HEAD_WORDS]
    return [*first, *(f"{one} {other}" for one, other in pairwise(first))]


def _runs(text: str, longest: int) -> list[str]:
    return [
        text[start : start + size]
        for size in range(1, longest + 1)
        for start in range(len(text) - size + 1)
    ]


BLOCKS: Mapping[str, Callable[[Worded], list[str]]] = {
    "characters": _characters,
    "first characters": _first_characters,
    "words": _all_words,
    "first words": _first_words,
}
