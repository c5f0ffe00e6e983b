"""Numbered sentences without headings, 一、… 二、…, become clauses that can be cited.

They are clauses where they count the text itself from one on. What only lists things, counts
within a 条 or an answer, or happens to begin a line with a number, is none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.byline import SIGNATURE
from knowledge.reading.dates import is_day
from knowledge.reading.marks import ARTICLE, ASKED, REPLIED, Mark, begins_clause, mark_of

LEVEL = 4  # 一、
SENTENCE = 12  # signs from which a numbered line tells something, rather than names it
MAX_TOPIC = 20
SENTENCE_ENDS = ("。", "！", "!", "：", ":")
_NUMBER = re.compile(r"[^、]+、\s*")
_TOPIC = re.compile(rf"([^，、；：。:;,]{{2,{MAX_TOPIC}}})[：:。]\s*\S")
_CONTACT = re.compile(
    r"\w{0,8}(?:电话|热线|联系人|联系方式|微信|邮箱|地址|電話|熱線|聯[絡繫]人)\s*[:：]"
)
_FORMULA = re.compile(r"特此(?:公告|通告|通知|公示|说明)。?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """Which blocks begin a clause, with the label of each, and before which ones the last ends."""

    labels: Mapping[int, str] = field(default_factory=dict)
    ends: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Run:
    """The places of the items that count from one on, and where what they count ends."""

    items: tuple[int, ...]
    end: int


def enumeration_of(blocks: Sequence[Block]) -> Enumeration:
    """Return the clauses that numbered sentences make."""
    labels: dict[int, str] = {}
    ends: set[int] = set()
    for run in _runs(blocks):
        told = [at for at in run.items if not _is_heading(blocks, at)]
        if len(run.items) > 1 and told and _are_sentences(blocks, told):
            labels |= {at: _label(blocks[at].text) for at in told}
            if run.items[-1] in labels:
                ends.add(_end(blocks, run))
    return Enumeration(labels=labels, ends=frozenset(ends))


def _runs(blocks: Sequence[Block]) -> Iterator[_Run]:
    items: list[int] = []
    is_within = False  # a 条 or an answer, whose numbers are its own
    for at, block in enumerate(blocks):
        is_question = block.text.endswith(("？", "?")) or ASKED.match(block.text) is not None
        if block.kind is BlockKind.HEADING or begins_clause(block.text):
            yield _Run(tuple(items), at)
            items, is_within = [], is_question or ARTICLE.match(block.text) is not None
        elif is_question or REPLIED.match(block.text):
            yield _Run(tuple(items), at)
            items, is_within = [], True
        elif not is_within and (number := _number(block)):
            if number == 1:
                yield _Run(tuple(items), at)
                items = [at]
            elif number == len(items) + 1:
                items.append(at)
    yield _Run(tuple(items), len(blocks))


def _number(block: Block) -> int:
    """Return the number of a 一、 at the beginning of a paragraph, or 0."""
    mark = _mark(block)
    return mark.number if mark and mark.level == LEVEL else 0


def _mark(block: Block) -> Mark | None:
    return mark_of(block.text) if block.kind is BlockKind.PARAGRAPH else None


def _is_heading(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a numbered line has neither an end nor a topic, but a text below it."""
    text = blocks[at].text
    is_closed = text.endswith((*SENTENCE_ENDS, "；", ";")) or _has_topic(text)
    return not is_closed and at + 1 < len(blocks) and not _number(blocks[at + 1])


def _are_sentences(blocks: Sequence[Block], items: Sequence[int]) -> bool:
    """Return whether the items tell something each, and most at some length."""
    texts = [blocks[at].text for at in items]
    are_closed = all(text.endswith(SENTENCE_ENDS) or _has_topic(text) for text in texts)
    long = sum(len(text) >= SENTENCE or _has_topic(text) for text in texts)
    return are_closed and 2 * long > len(texts)


def _has_topic(text: str) -> bool:
    return _TOPIC.match(_NUMBER.sub("", text, count=1)) is not None


def _label(text: str) -> str:
    """Return the number of an item, with its topic where it begins with one: 一、停水范围."""
    number = _NUMBER.match(text)
    shown = number[0].strip() if number else ""
    topic = _TOPIC.match(text[len(number[0]) :] if number else text)
    return shown + topic[1] if topic else shown


def _end(blocks: Sequence[Block], run: _Run) -> int:
    """Return where the last item ends: before the closing lines, or before any other paragraph.

    The latter where each item is a sentence with nothing but numbered lines below it.
    """
    last = run.items[-1]
    rest = range(last + 1, run.end)
    between = [at for at in range(run.items[0], last) if not _mark(blocks[at])]
    other = next((at for at in rest if not _mark(blocks[at])), run.end)
    is_paragraph = other < run.end and blocks[other].kind is BlockKind.PARAGRAPH
    if not between and is_paragraph and blocks[other - 1].text.endswith(("。", "！", "!")):
        return other
    return next((at for at in rest if _are_closing(blocks[at : run.end])), run.end)


def _are_closing(blocks: Sequence[Block]) -> bool:
    """Return whether nothing is left but who can be asked, who signed, and when."""
    return all(
        block.kind is BlockKind.PARAGRAPH
        and (
            _CONTACT.match(block.text)
            or _FORMULA.fullmatch(block.text)
            or SIGNATURE.match(block.text)
            or is_day("".join(block.text.split()))
        )
        for block in blocks
    )
