"""Lines that a page cut off become the sentences they were; lines that end by themselves stay."""

import re
from collections.abc import Callable, Sequence

from knowledge.reading.marks import bare, begins_clause

SPACE = "\u3000 \t\f\r"
INDENT = "\u3000\u3000"  # 左空二字: a paragraph begins here
NARROWEST, WIDEST = 20, 60  # Chinese characters a line; official pages have 28, GB/T 9704, 5.2.3
RAGGED = 3  # characters by which a full line may be short, for signs that begin no line
LEAST_FULL = 3  # full lines without an end, from which a text is taken to be wrapped
ENDS = ("。", "！", "？", "；", "：", "!", "?", ";", ":")
_CLOSED = ("。", "！", "？", "；")
_STARTS = re.compile(
    r"^([一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]"
    r"|\d+[.．、)）](?!\d)|[-•·●*]\s*|问[:：]|答[:：]|[QA][:：\d]|附件\s*\d*\s*(?:[:：]|$)|联系电话\s*[:：\d]|[①-⑳])"
)
_COLUMNS = re.compile(r"\t|\||\s{3,}")
_LABELLED = re.compile(r"[^\W\d]{2,8}[:：](?!//)")
# What no sentence ends with; 目的, 参与, 行为, 签到, 理由 are words that one does.
_OPEN = re.compile(
    r"(?:[，、（《“‘]|至|或者?|(?<![普涉触])及|(?<![柔共饱温调总])和|(?<![参赠给])与"
    r"|(?<![行作认])为|(?<![报签迟])到|(?<![自理事缘])由|(?<!服)从|(?<![存所潜内])在"
    r"|(?<!终)于|(?<![方去意倾])向|(?<!目)的)$"
)
_WITHIN = re.compile(r"[，；：。]|[,;:.]\s")
_TELEPHONE = re.compile(r"\d{5,}$")
# What stays together at the beginning of a line: a word or a figure, and the signs beside it.
_HEAD = re.compile(r"[（《“‘〔「]*(?:[A-Za-z0-9.,:/%+-]+|.)[，。；：、！？）》”’〕」]*")


def unwrapped(text: str) -> list[str]:
    """Return the paragraphs of a plain text; words hard-wrapped over lines are joined again."""
    given = [line.rstrip(SPACE) for line in text.replace("\r\n", "\n").split("\n")]
    said = [line for line in given if line]
    width, widest = wrapped_at(said), max(map(width_of, said), default=0)

    def goes_on(at: int) -> bool:
        before, after = given[at - 1], given[at]
        if not before or _indent(after) >= _indent(before) + 2 or after.startswith(INDENT):
            return False
        before, after = before.strip(SPACE), after.strip(SPACE)
        is_cut = bool(width) and _is_full(given[at - 1], width, after)
        return may_go_on(before, after) and (is_cut or is_unfinished(before, after, widest))

    return paragraphs([line.strip(SPACE) for line in given], goes_on)


def paragraphs(lines: Sequence[str], goes_on: Callable[[int], bool]) -> list[str]:
    """Return the lines that say anything, joined where ``goes_on`` says so of the later one."""
    found: list[str] = []
    for at, line in enumerate(lines):
        if line and at and found and goes_on(at):
            found[-1] = _together(found[-1], line)
        elif line:
            found.append(line)
    return found


def may_go_on(before: str, after: str) -> bool:
    """Return whether neither line says that it ends or begins something."""
    begins = _STARTS.match(after) or begins_clause(after)
    return not (
        before.endswith(ENDS) or begins or _COLUMNS.search(before) or _COLUMNS.search(after)
    )


def is_unfinished(before: str, after: str, widest: float) -> bool:
    """Return whether the words themselves say that a line is the first part of a sentence.

    It ends as no sentence does, or it is as wide as any line of the text and has no end, and the
    next one has.
    """
    if _LABELLED.match(after):
        return False
    width = width_of(before)
    is_wide = width >= max(NARROWEST, widest - RAGGED, width_of(after) - 1)
    is_sentence = _WITHIN.search(bare(before)) and not _TELEPHONE.search(before)
    return bool(_OPEN.search(before) or (is_wide and is_sentence and after.endswith(_CLOSED)))


def is_told(line: str) -> bool:
    """Return whether a line has a sign that stands between the parts of a sentence."""
    return _WITHIN.search(line) is not None


def is_item(line: str) -> bool:
    """Return whether a line begins with the number or the sign of an item."""
    return _STARTS.match(line) is not None


def wrapped_at(lines: Sequence[str]) -> float:
    """Return after how many Chinese characters the lines of a text are cut; 0 where none are.

    A few lines may be longer, such as those of a table. In a text that was cut, many lines are
    full and go on below, all of them or at least all that are no headings and endings; where
    lines end as they like, few are of one length.
    """
    widths = sorted(map(width_of, lines))
    width = widths[(len(widths) - 1) * 9 // 10] if widths else 0
    full = [line for line in lines if _is_full(line, width)]
    open_ended = sum(not line.endswith(ENDS) for line in full)
    longer = sum(2 * one >= width for one in widths)
    is_cut = open_ended >= LEAST_FULL and (3 * len(full) >= len(lines) or 2 * len(full) >= longer)
    return width if is_cut and NARROWEST <= width <= WIDEST else 0


def width_of(line: str) -> float:
    """Return how wide a line is in Chinese characters; Latin letters and figures are half."""
    return sum(0.5 if sign.isascii() else 1 for sign in line)


def head_width(line: str) -> float:
    """Return how wide the part of a line is that would not be parted from its first sign."""
    match = _HEAD.match(line)
    return width_of(match[0]) if match else 0


def _is_full(line: str, width: float, after: str = "") -> bool:
    """Return whether a line has no room for what ``after`` begins with."""
    least = min(width - RAGGED, width - head_width(after))
    is_wide = least <= width_of(line) <= width + 1
    return is_wide and not _COLUMNS.search(line.strip(SPACE))


def _indent(line: str) -> float:
    return width_of(line[: len(line) - len(line.lstrip(SPACE))])


def _together(before: str, after: str) -> str:
    """Join two parts of a sentence; only Latin words are parted by a space."""
    is_latin = all(one.isascii() and one.isalpha() for one in (before[-1], after[0]))
    return f"{before} {after}" if is_latin else before + after
