"""What is told beside the word that something is not solved (没解决，冬天开不开)."""

import re

from actions.understanding.normalise import normalise
from actions.understanding.problems import clauses_of

_UNSOLVED = re.compile(
    r"(?:还是|还|都|并|也|根本|压根|一直|这个?|那个?|问题|事情?|你们?|答复|回答|说得?|我)*"
    r"(?:没有?|未|不)(?:是|能|太|算|有)?(?:解决|弄好|修好|说清楚?|回答|答上|答到点|答|满意|对|清楚|明白|懂|看懂|用|行|好)"
    r"(?:问题|我的?问题|我)?[了啊呀呢的嘛吧]*"
)


def beside_unsolved(text: str) -> str:
    """Return the clauses that say more than that it is not solved; empty if there are none."""
    kept = [
        clause
        for clause in clauses_of(text)
        if not _UNSOLVED.fullmatch(normalise(clause).strip(" ,，。;；!！.~"))
    ]
    return "".join(kept).strip()
