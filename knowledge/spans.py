"""Where the sentences of a passage begin and end."""

import re

_END = re.compile(r"[。！？!?；;\n]+[”」』）)]*")
_FULL_END = re.compile(r"[。！？!?\n]")
MAX_ROW = 140  # characters; a table row of this length is read whole
MIN_SENTENCE = 6
MAX_QUOTE = 120  # characters; a fact should stand within the first 150
MAX_WINDOW = 140  # characters of several sentences
MAX_LIST = 420
LEAD_IN = re.compile(r"[：:]\s*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence, without surrounding space; scraps join the next."""
    if len(text) <= MAX_ROW and not _FULL_END.search(text.rstrip("。！？!?")):
        return [span] if (span := _stripped(text, 0, len(text))) else []
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.end() - start >= MIN_SENTENCE or "\n" in match[0]:
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [span for begin, end in spans if (span := _stripped(text, begin, end))]


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    inner = piece.strip()
    if not inner.strip("。；;，,、.：: "):
        return None
    offset = start + piece.index(inner)
    return offset, offset + len(inner)
