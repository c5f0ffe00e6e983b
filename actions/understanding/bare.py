"""Messages that announce or point, but say nothing yet."""

import re

from actions.understanding.door import find_doors
from actions.understanding.lexicon import load_lexicon
from actions.understanding.normalise import normalise

# Told of what was said last: again, shorter, plainer.
_AGAIN = re.compile(
    r"(?<!我)(?:再|重新|从头)(?:给我|跟我|帮我)?(?:说|讲|念|读)(?:一下|[一1两](?:遍|次|下|回))"
    r"|(?:说|讲|写|念)(?:得|的)?再?(?:简单|短|简短|明白|清楚|慢|通俗|直白|少)(?:一?[点些])"
    r"|(?:简单|简短|通俗)(?:一?[点些])(?:说|讲|$)|长话短说|(?:字|话|说得|讲得|写得)太[长多]"
    r"|(?:听|看)不(?:太|大)?(?:懂|明白)(?=$|[了啊呀呢嘛哦]|[,，。.!！?？ ])"
)
# Said of whoever does not listen, or to get a person: no wish to hear it again.
_AGAIN_NOT = re.compile(
    r"[你您]们?[^,，。说讲念]{0,5}(?:听|看)?(?:不懂|没懂|没听懂|不明白)|人[话工]|真人|活人"
    r"|[找叫喊派换来].{0,3}人|(?:打|回|拨)个?.{0,2}(?:电话|电)|联系我"
)
LONGEST_WISH = 24  # characters; who says more tells of something
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


def wants_it_again(text: str) -> bool:
    """Return whether somebody wants what was said last again, or plainer (说简单点)."""
    plain = normalise(text)
    is_short = len(plain) <= LONGEST_WISH and _AGAIN_NOT.search(plain) is None
    return is_short and _AGAIN.search(plain) is not None


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
