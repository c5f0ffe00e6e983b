"""The byline of a Chinese text: who issued it and when, without labels, below its title.

The same words may begin the text itself (a list of offices, a rota), so they are only taken
where they explain each other or where the first chapter or article comes next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.dates import DAY, day_of, is_day

SIGNATURE = re.compile(
    r"^[\u4e00-\u9fff（）()、 ]{2,40}(?:局|办公室|政府|委员会|委|部|厅|中心|办事处|公司|学校"
    r"|医院|居委会|村委会|联合会|党委|党总支|党支部|支队|大队|派出所|民政局|管理处|业主大会"
    r"|物业服务中心)$"
)
_MADE_KNOWN = "(?:公布|发布|印发|颁布|制定|修订|通过)"
_DAY = re.compile(rf"{DAY}(?:{_MADE_KNOWN})?")
# 题注, how a text was decided; but not by what other text
_NOTE = re.compile(rf"[（(](?!.*(?:根据|依据|按照|参照)).*{DAY}[^。；]*{_MADE_KNOWN}[^。；]*[）)]")
_AT_END = 4  # blocks, of which a day of its own may be the day of the signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who issued a text, when (ISO), and how many lines say so."""

    issuer: str = ""
    issued: str = ""
    length: int = 0


def read_byline(blocks: Sequence[Block], *, is_issued: bool, is_dated: bool) -> Byline:
    """Return the byline that these blocks begin with, each part at most once.

    Args:
        blocks: What stands below the title, or below lines of the head with labels.
        is_issued: Whether a label or the letterhead has told who; then only the day is read.
        is_dated: Whether a label has told when.
    """
    names: list[str] = []
    day, length = "", 0
    for block in blocks:
        name, found = _line(block)
        if not (name or found) or (name and is_issued) or (found and (is_dated or day)):
            break
        names += [name] if name else []
        day = day or found
        length += 1
    # a day of its own further down makes it one of many: a rota, a chronicle
    if day and any(is_day(block.text) for block in blocks[length:-_AT_END]):
        return Byline()
    return Byline(issuer=" ".join(names), issued=day, length=length)


def _line(block: Block) -> tuple[str, str]:
    """Return who and when a line names; two empty texts if it says anything else."""
    text = block.text.strip("（）() \u3000")
    if block.kind is not BlockKind.PARAGRAPH or not text:
        return "", ""
    match = _DAY.search(text)
    day = day_of(*match.groups()) if match else ""
    rest = _DAY.sub("", text, count=1).strip(" \u3000,，|·") if day else text
    return (rest, day) if not rest or SIGNATURE.match(rest) else ("", "")


def decided_on(blocks: Sequence[Block]) -> str:
    """Return the last day (ISO) in a note on how the text was decided, which stays in the text."""
    text = blocks[0].text if blocks else ""
    if not _NOTE.fullmatch(text):
        return ""
    return max((day_of(*match.groups()) for match in _DAY.finditer(text)), default="")
