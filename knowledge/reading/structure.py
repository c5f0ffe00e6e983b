"""Blocks become clauses: 章, 节, 条, numbered headings, questions with answers, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.document import Document, Section
from knowledge.reading.masthead import Masthead, read_masthead

MAX_SECTION = 480  # characters of a section that is no 条; longer text is cut between paragraphs
MAX_ARTICLE = 900
_NUM = "一二三四五六七八九十百千零〇"
ARTICLE = re.compile(rf"^(第[{_NUM}\d]+条(?:之[{_NUM}])?)[\s\u3000:：]*")
CHAPTER = re.compile(rf"^第[{_NUM}\d]+[章编]")
PART = re.compile(rf"^第[{_NUM}\d]+节")
NUMBERED = (
    (4, re.compile(rf"^([{_NUM}]+)、\s*")),
    (5, re.compile(rf"^[（(]([{_NUM}]+)[)）]\s*")),
    (6, re.compile(r"^(\d{1,2})(?:[、)）]|[.．](?!\d))\s*")),
    (7, re.compile(r"^[（(](\d{1,2})[)）]\s*")),
)
ASKED = re.compile(r"^(?:\d{1,2}[.、．]\s*)?(?:问题?\s*\d*\s*[:：]|Q\s*\d*\s*[:：.、])\s*")
REPLIED = re.compile(r"^(?:答复?|A\s*\d*)\s*[:：.、]\s*")
INLINE_REPLY = re.compile(r"(?<=[？?])\s*(?=(?:答复?|A\s*\d*)\s*[:：])")
OPEN_END = "。；;，,.！!：:、"


@dataclass
class _Walk:
    """Where in the document the reader is."""

    headings: dict[int, str] = field(default_factory=dict)
    article: str = ""
    question: str = ""
    lines: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def context(self) -> str:
        return " ".join(self.headings[level] for level in sorted(self.headings))

    def enter(self, level: int, text: str) -> None:
        """Go below a heading; a heading that is a question asks what follows."""
        self.finish()
        self.article = self.question = ""
        self.headings = {at: name for at, name in self.headings.items() if at < level}
        if text.endswith(("？", "?")):
            self.question = _bare(text)
        self.headings[level] = text

    def ask(self, question: str) -> None:
        self.finish()
        self.article, self.question = "", question

    def finish(self) -> None:
        """Close the section whose lines were collected."""
        text = "\n".join(self.lines).strip()
        self.lines = []
        if text:
            self.sections.append(
                Section(
                    text=text,
                    label=self.article or self._heading_label(),
                    context=self.context(),
                    question=self.question,
                )
            )

    def _heading_label(self) -> str:
        return self.headings[max(self.headings)] if self.headings else ""

    def add(self, line: str) -> None:
        """Take a line; start another section where this one would grow too long."""
        limit = MAX_ARTICLE if self.article else MAX_SECTION
        if self.lines and sum(map(len, self.lines)) + len(line) > limit:
            self.finish()
        self.lines.append(line)


def structured(blocks: list[Block], name: str, digest: str) -> Document:
    """Return the document that the blocks make up."""
    services = list(_services(blocks))
    blocks = [one for one in blocks if one.kind not in {BlockKind.SERVICE, BlockKind.FACET}]
    blocks = [part for block in blocks for part in _split_replies(block)]
    head = read_masthead(blocks, Path(name).stem)
    walk = _Walk()
    body = blocks[head.length :]
    for at, block in enumerate(body):
        after = body[at + 1] if at + 1 < len(body) else None
        _take(walk, block, after)
    walk.finish()
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


def _take(walk: _Walk, block: Block, after: Block | None) -> None:
    text = block.text
    if block.kind is BlockKind.ROW:
        walk.finish()
        walk.lines.append(text)
        walk.finish()
    elif level := _heading_level(block, after):
        walk.enter(level, text)
    elif ASKED.match(text):
        walk.ask(ASKED.sub("", text))
    elif _is_question(text, after):
        walk.ask(_bare(text))
    elif match := ARTICLE.match(text):
        walk.finish()
        walk.article, walk.question = match[1], ""
        walk.add(text[match.end() :] or text)
    else:
        walk.add(REPLIED.sub("", text) if walk.question and not walk.lines else text)


def _heading_level(block: Block, after: Block | None) -> int:
    """Return how deep a heading is, or 0 for a text that is none."""
    text = block.text
    if block.kind is BlockKind.HEADING:
        return 0 if ASKED.match(text) or ARTICLE.match(text) else max(block.level, 1)
    if len(text) > 40 or after is None:
        return 0
    if CHAPTER.match(text) or PART.match(text):
        return 2 if CHAPTER.match(text) else 3
    return 0 if text.endswith(tuple(OPEN_END)) else _numbered_level(text, after.text)


def _numbered_level(text: str, after: str) -> int:
    """Return the level of 一、 (一) 1. (1), unless the next line goes on with the same list."""
    for level, pattern in NUMBERED:
        if pattern.match(text):
            return 0 if len(text) > 30 or pattern.match(after) else level
    return 8 if text.startswith("【") and text.endswith("】") else 0


def _is_question(text: str, after: Block | None) -> bool:
    """Return whether a short line asks what the next lines answer."""
    return (
        text.endswith(("？", "?"))
        and len(text) <= 60
        and after is not None
        and not after.text.endswith(("？", "?"))
    )


def _bare(text: str) -> str:
    """Return a heading without its number."""
    text = ASKED.sub("", text)
    for _, pattern in NUMBERED:
        text = pattern.sub("", text, count=1)
    return text
