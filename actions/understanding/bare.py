"""Messages that announce or point, but say nothing yet."""

import re

from actions.understanding.door import find_doors
from actions.understanding.lexicon import load_lexicon
from actions.understanding.normalise import normalise

_STOPS = re.compile(r"[\s,.。!?;:~、…·\-]+")


def says_only_that_there_is_something(text: str) -> bool:
    """Return whether a message announces a matter (有个事想反映) without saying what it is."""
    bare = _bare(text)
    lexicon = load_lexicon()
    if any(word in bare for word in lexicon["bare_vetoes"]):
        return False
    return _is_made_of(bare, "bare_fillers", "bare_announcements")


def says_only_that_it_fails(text: str) -> bool:
    """Return whether a message says that it is broken (5栋也坏了) and not what is."""
    plain = list(normalise(text))
    for door in find_doors("".join(plain)):
        plain[door.start : door.end] = " " * (door.end - door.start)
    return _is_made_of(_bare("".join(plain)), "fault_fillers", "bare_faults")


def is_vague_place(text: str) -> bool:
    """Return whether a message only points (就那边嘛), so that nobody could find the place."""
    return _is_made_of(_bare(text), "vague_fillers", "vague_pointers")


def _is_made_of(bare: str, fillers: str, signals: str) -> bool:
    """Return whether the text is words of both lists alone, and at least one is a signal."""
    lexicon = load_lexicon()
    words = [(word, False) for word in lexicon[fillers]] + [(w, True) for w in lexicon[signals]]
    reached = {(0, False)}  # how far the words reach, and whether a signal was among them
    for position in range(len(bare)):
        for has_signal in (False, True):
            if (position, has_signal) in reached:
                reached |= {
                    (position + len(word), has_signal or is_signal)
                    for word, is_signal in words
                    if bare.startswith(word, position)
                }
    return (len(bare), True) in reached


def _bare(text: str) -> str:
    return _STOPS.sub("", normalise(text)).lower()
