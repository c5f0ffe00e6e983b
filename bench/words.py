"""Texts as Rasa's tokenizer and featurizer see them."""

import re
from collections.abc import Iterator, Sequence

# Rasa's WhitespaceTokenizer: punctuation at the edge of a word, or between two that are no URL.
_PUNCTUATION = re.compile(
    r"[^\w#@&]+(?=\s|$)|(\s|^)[^\w#@&]+(?=[^0-9\s])|"
    r"(?<=[^0-9\s])[^\w._~:/?#\[\]()@!$&*+,;=-]+(?=[^0-9\s])"
)


def characters(text: str) -> str:
    """Return the words that Rasa's WhitespaceTokenizer finds, one blank between."""
    words = _PUNCTUATION.sub(" ", text).split() or [text]
    return " ".join(numbered(words))


def numbered(words: Sequence[str]) -> Iterator[str]:
    """Replace bare numbers as Rasa's featurizer does."""
    return (re.sub(r"\b[0-9]+\b", "__NUMBER__", word) for word in words)
