"""Blocks become clauses: 章, 节, 条, numbered headings, questions with answers, tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.byline import SIGNATURE
from knowledge.reading.dates import is_day
from knowledge.reading.document import Document, Section
from knowledge.reading.enumeration import enumeration_of
from knowledge.reading.marks import (
    ARTICLE,
    ASKED,
    CHAPTER,
    INLINE_REPLY,
    PART,
    REPLIED,
    Mark,
    bare,
    mark_of,
)
from knowledge.reading.masthead import Masthead, read_masthead

MAX_SECTION = 480  # characters of a section that is no 条; longer text is cut between paragraphs
MAX_ARTICLE = 900
MAX_HEADING, MAX_NUMBERED, MAX_QUESTION = 40, 30, 60
LIST_LEVEL = 5  # from （一） on a number within a 条 is that of an item, never of a heading
OPEN_END = ("。", "；", ";", "，", ",", ".", "！", "!", "：", ":", "、")
SENTENCE_END = ("。", "！", "!", ".")
SIGNED_WITHIN = 4  # blocks at the end, among which the signature stands
_ANNOUNCED = re.compile(r"[:：]\s*$|下[列面]?表|[见按以附]表|如下|表[一二三四五六七八九十\d]")
_ASKING = re.compile(
    r"什么|怎么|怎样|如何|多少|哪[里儿些个]?|几[个天次]?|可以|能不能|是否|有没有|需要|应该|办理?"
    r"|[的了吗呢吧啊？?\W]"
)


@dataclass
class _Walk:
    """Where in the document the reader is.

    Nothing is lost on the way: a heading that no text follows, and a question that nobody
    answers, are texts themselves.
    """

    headings: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)  # of the headings that have a number
    items: dict[int, int] = field(default_factory=dict)  # of each list its last item's number
    unsaid: set[int] = field(default_factory=set)  # headings under which nothing stands yet
    article: str = ""
    question: str = ""
    is_asked: bool = False  # nothing answers the question yet
    asked_by: int = 0  # the level of the heading that asks it; 0 for a question in a line
    lines: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def context(self) -> str:
        return " ".join(self.headings[level] for level in sorted(self.headings))

    def enter(self, level: int, text: str) -> None:
        """Go below a heading; a heading that is a question asks what follows."""
        self.leave(level)
        if text.endswith(("？", "?")):
            self.question, self.asked_by = bare(text), level
        self.headings[level] = text
        self.unsaid.add(level)
        if (mark := mark_of(text)) and mark.level == level:
            self.numbers[level] = mark.number

    def leave(self, level: int) -> None:
        """Go above all headings of a level and below."""
        self.end_clause()
        bodiless = [self.headings[at] for at in sorted(self.unsaid) if at >= level]
        for at in [at for at in self.headings if at >= level]:
            del self.headings[at]
            self.numbers.pop(at, None)
            self.unsaid.discard(at)
        if bodiless:
            self.lines = bodiless
            self.finish()

    def ask(self, question: str) -> None:
        self.end_clause()
        self.question, self.is_asked, self.asked_by = question, True, 0

    def is_answered_without(self, table: str) -> bool:
        """Return whether a question has its answer in words, and a table below is of its own.

        It is not where those words announce it, or where the question names what it tells.
        """
        if not self.question or not self.lines:
            return False
        is_announced = _ANNOUNCED.search("\n".join(self.lines)) is not None
        return not is_announced and not _shared(self.question, table)

    def end_question(self) -> None:
        """Go behind a question and its answer, and above the heading that asks it."""
        if self.asked_by:
            self.leave(self.asked_by)
        else:
            self.end_clause()

    def open_article(self, label: str) -> None:
        self.end_clause()
        self.article = label

    def end_clause(self) -> None:
        """Close the article or question in which the reader is."""
        self.finish()
        if self.is_asked:
            self.lines, self.question = [self.question], ""
            self.finish()
        self.article = self.question = ""
        self.items = {}

    def finish(self) -> None:
        """Close the section whose lines were collected."""
        text = "\n".join(self.lines).strip()
        self.lines = []
        if text:
            self.unsaid.clear()
            self.is_asked = False
            self.sections.append(
                Section(
                    text=text,
                    label=self.article or self._question_label() or self._heading_label(),
                    context=self.context(),
                    question=self.question,
                )
            )

    def _question_label(self) -> str:
        """Return the question of a line; that of a heading is shown with its number."""
        return "" if self.asked_by else self.question

    def _heading_label(self) -> str:
        return self.headings[max(self.headings)] if self.headings else ""

    def add(self, line: str) -> None:
        """Take a line; start another section where this one would grow too long."""
        limit = MAX_ARTICLE if self.article else MAX_SECTION
        if self.lines and sum(map(len, self.lines)) + len(line) > limit:
            self.finish()
        self.lines.append(line)

    def add_item(self, mark: Mark, line: str) -> None:
        """Take a numbered line that is no heading, and remember how far its list has come."""
        if self.is_beside_heading(mark):
            self.leave(mark.level)
        self.items = {at: number for at, number in self.items.items() if at < mark.level}
        if not line.endswith(SENTENCE_END):  # a sentence stands for itself, whatever follows
            self.items[mark.level] = mark.number
        self.add(line)

    def begin_list(self, line: str) -> None:
        """Remember that a line has the first item of a list behind its colon: 附件：1. 申请表."""
        if mark := mark_of(re.split("[：:]", line, maxsplit=1)[-1].strip()):
            self.items = {mark.level: mark.number}

    def open_item(self, mark: Mark, label: str, line: str) -> None:
        """Take a numbered sentence as a clause of its own, with what stands below it."""
        if self.is_beside_heading(mark):
            self.leave(mark.level)
        self.open_article(label)
        self.add_item(mark, line)

    def is_beside_heading(self, mark: Mark) -> bool:
        """Return whether a number goes on where that of an open heading stopped."""
        return self.numbers.get(mark.level) == mark.number - 1

    def is_item(self, mark: Mark) -> bool:
        """Return whether a number goes on where that of an item stopped."""
        return self.items.get(mark.level) == mark.number - 1


def structured(blocks: list[Block], name: str, digest: str) -> Document:
    """Return the document that the blocks make up."""
    services = list(_services(blocks))
    blocks = [one for one in blocks if one.kind not in {BlockKind.SERVICE, BlockKind.FACET}]
    blocks = [part for block in blocks for part in _split_replies(block)]
    head = read_masthead(blocks, Path(name).stem)
    walk = _Walk()
    body = head.body
    signed = _signed(body)
    numbered = enumeration_of(body)
    for at, block in enumerate(body):
        if at in {signed.start, signed.stop}:
            walk.leave(0)  # who signed and when is no part of the last clause
        elif at in numbered.ends:
            walk.end_clause()
        after = body[at + 1] if at + 1 < len(body) else None
        if block.kind is BlockKind.ROW and walk.is_answered_without(_table_at(body, at)):
            walk.end_question()
        mark = mark_of(block.text)
        if mark and at in numbered.labels:
            walk.open_item(mark, numbered.labels[at], block.text)
        else:
            _take(walk, block, after)
    walk.leave(0)
    if not walk.sections and not services and head.title and head.has_title:
        walk.sections.append(Section(text=head.title))
    return _document(head, [*walk.sections, *services], name, digest)


def _services(blocks: list[Block]) -> Iterator[Section]:
    """Yield the name of each service item of all tables, and what is told of it."""
    number, name = 0, ""
    for block in blocks:
        if block.kind is BlockKind.SERVICE:
            number, name = number + 1, block.text
        if block.kind in {BlockKind.SERVICE, BlockKind.FACET}:
            label = f"{name} {block.label}"
            yield Section(
                text=block.text, label=label, context=name, service=number, facet=block.facet
            )


def _document(head: Masthead, sections: list[Section], name: str, digest: str) -> Document:
    return Document(
        file=name,
        title=head.title,
        sections=tuple(sections),
        number=head.number,
        issuer=head.issuer,
        issued=head.issued,
        digest=digest,
    )


def _split_replies(block: Block) -> list[Block]:
    """Part 问 and 答 that stand on one line."""
    if block.kind is not BlockKind.PARAGRAPH or not ASKED.match(block.text):
        return [block]
    return [Block(block.kind, part) for part in INLINE_REPLY.split(block.text) if part]


def _signed(body: Sequence[Block]) -> range:
    """Return which blocks at the end are the signature and its day; none if there are none."""
    for at in range(max(len(body) - SIGNED_WITHIN, 0), len(body) - 1):
        signature, day = body[at : at + 2]
        is_plain = signature.kind is day.kind is BlockKind.PARAGRAPH
        if is_plain and SIGNATURE.match(signature.text) and is_day(_closed(day.text)):
            return range(at, at + 2)
    return range(len(body), len(body))


def _closed(text: str) -> str:
    return "".join(text.split())


def _table_at(body: Sequence[Block], at: int) -> str:
    """Return the words of the rows that follow one another from a place on."""
    rows = takewhile(lambda one: one.kind is BlockKind.ROW, body[at:])
    return "\n".join(one.text for one in rows)


def _shared(question: str, table: str) -> bool:
    """Return whether a question says two signs together that a table says, but for its asking."""
    parts = _ASKING.sub(" ", question).split()
    return any(part[at : at + 2] in table for part in parts for at in range(len(part) - 1))


def _take(walk: _Walk, block: Block, after: Block | None) -> None:
    text = block.text
    if block.kind is BlockKind.ROW:
        walk.finish()
        walk.lines.append(text)
        walk.finish()
    elif level := _heading_level(walk, block, after):
        walk.enter(level, text)
    elif ASKED.match(text):
        walk.ask(ASKED.sub("", text))
    elif _is_question(text, after):
        walk.ask(bare(text))
    elif match := ARTICLE.match(text):
        walk.open_article(match[1])
        walk.add(text[match.end() :] or text)
    elif mark := mark_of(text):
        walk.add_item(mark, text)
    else:
        walk.add(REPLIED.sub("", text) if walk.question and not walk.lines else text)
        walk.begin_list(text)


def _heading_level(walk: _Walk, block: Block, after: Block | None) -> int:
    """Return how deep a heading is, or 0 for a text that is none."""
    text = block.text
    if block.kind is BlockKind.HEADING:
        return 0 if ASKED.match(text) or ARTICLE.match(text) else max(block.level, 1)
    if len(text) > MAX_HEADING or after is None:
        return 0
    if CHAPTER.match(text) or PART.match(text):
        return 2 if CHAPTER.match(text) else 3
    if text.startswith("【") and text.endswith("】"):
        return 8
    mark = mark_of(text)
    if mark is None or len(text) > MAX_NUMBERED or text.endswith(OPEN_END):
        return 0
    return 0 if _is_item(walk, mark, after) else mark.level


def _is_item(walk: _Walk, mark: Mark, after: Block) -> bool:
    """Tell an item of a list from a heading with the same number: it has no text of its own."""
    if walk.is_item(mark) or (walk.article and mark.level >= LIST_LEVEL):
        return True
    if walk.is_beside_heading(mark):
        return False
    follows = mark_of(after.text)
    return (
        (follows is not None and follows.level <= mark.level)
        or after.kind is BlockKind.HEADING
        or bool(CHAPTER.match(after.text) or PART.match(after.text))
        or bool(walk.article and ARTICLE.match(after.text))
    )


def _is_question(text: str, after: Block | None) -> bool:
    """Return whether a short line asks what the next lines answer."""
    return (
        text.endswith(("？", "?"))
        and len(text) <= MAX_QUESTION
        and after is not None
        and not after.text.endswith(("？", "?"))
    )
