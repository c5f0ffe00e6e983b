"""Replies on their way out: several things packed into one message of WeChat's size."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from channels.message import Audience, Choice, Citation, Reply
from channels.news import News
from channels.wechat.words import words

BYTE_LIMIT = 2048  # of a text, in UTF-8
CHARACTER_LIMIT = 600
GAP = "\n\n"
_ENDS = (("\n",), ("。", "!", "?", "！", "？"), (";", "；", ",", "，"), (" ",))  # best first
_LINK = re.compile(r"<(?=[a-zA-Z/!])")  # WeChat would make a link of <a href…>


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to say: the answer to a turn, or a piece of ``news``."""

    text: str
    choices: tuple[Choice, ...] = ()
    news: News | None = None

    @classmethod
    def of(
        cls,
        replies: Iterable[Reply],
        audience: Audience = Audience.STANDARD,
        news: News | None = None,
    ) -> "Item":
        """Return the bubbles as one thing, at its end where it stands."""
        replies = tuple(replies)
        text = GAP.join(reply.text.strip() for reply in replies)
        sources = "\n".join(cited(replies, audience))
        choices = tuple(choice for reply in replies for choice in reply.choices)
        whole = GAP.join(filter(None, (text, sources)))
        return cls(text=_LINK.sub("\uff1c", whole).strip(), choices=choices, news=news)

    @classmethod
    def of_news(cls, news: News, audience: Audience = Audience.STANDARD) -> "Item":
        """Return a piece of news."""
        return cls.of(map(Reply.from_dict, news.body["replies"]), audience, news)

    def lines(self, first: int) -> str:
        """Return the words with the options below, numbered from ``first`` on."""
        template = words().numbered
        numbered = [
            template.format(number=number, title=choice.title)
            for number, choice in enumerate(self.choices, first)
        ]
        return GAP.join(filter(None, (self.text, "\n".join(numbered))))

    def rest(self, text: str) -> Reply:
        """Return what is left when only the beginning fitted."""
        return Reply(text=text, choices=self.choices)


@dataclass(slots=True)
class Message:
    """One message being packed; ``rest`` is the part of the last item that did not fit."""

    text: str = ""
    choices: list[Choice] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    rest: Reply | None = None
    has_more: bool = False


def pack(items: Sequence[Item], reserve: str = "") -> Message:
    """Put as many items as fit into one message, in order; leave room for ``reserve``.

    An item that fits into no message at all is cut where a sentence ends.
    """
    message = Message()
    for item in items:
        lines = item.lines(len(message.choices) + 1)
        joined = GAP.join(filter(None, (message.text, lines)))
        if not fits(joined + reserve):
            message.has_more = True
            if not message.text:
                _cut_into(message, item, reserve)
            break
        message.text = joined
        message.choices += item.choices
        if item.news is not None:
            message.news.append(item.news)
    return message


def _cut_into(message: Message, item: Item, reserve: str) -> None:
    if item.text:
        message.text, left = cut(item.text, reserve)
        message.rest = item.rest(left)
    else:  # nothing but options, and even they are too long
        message.text, _ = cut(item.lines(1), reserve)
        message.choices += item.choices
    if item.news is not None:
        message.news.append(item.news)


def fits(text: str) -> bool:
    """Return whether WeChat takes ``text`` as one message."""
    return len(text) <= CHARACTER_LIMIT and len(text.encode()) <= BYTE_LIMIT


def split(text: str) -> list[str]:
    """Return ``text`` in pieces that each fit; nothing but blanks at the cuts is lost."""
    pieces = []
    while not fits(text):
        piece, text = cut(text)
        pieces.append(piece)
    return [piece for piece in (*pieces, text) if piece]


def cut(text: str, reserve: str = "") -> tuple[str, str]:
    """Return the beginning of ``text`` that fits with ``reserve``, and the rest."""
    longest = _longest(text, reserve)
    end = next(_places(text, longest), longest)
    return text[:end].rstrip(), text[end:].lstrip()


def _longest(text: str, reserve: str) -> int:
    characters = CHARACTER_LIMIT - len(reserve)
    size = BYTE_LIMIT - len(reserve.encode())
    within = text[:characters].encode()[:size].decode(errors="ignore")
    return len(within)


def _places(text: str, longest: int) -> Iterator[int]:
    """Yield where to cut, best first: after a line, a sentence, a clause, a word."""
    for ends in _ENDS:
        found = max(text.rfind(end, longest // 3, longest) for end in ends)
        if found > 0:
            yield found + 1


def cited(replies: Sequence[Reply], audience: Audience) -> list[str]:
    """Return the lines that say where an answer stands, each once.

    A message is small: what the words name already is not named again, and elderly people
    get no quotes beside them.
    """
    said = "\n".join(reply.text for reply in replies)
    lines: dict[str, None] = {}
    for citation in (citation for reply in replies for citation in reply.citations):
        document = citation.document.strip("《》")
        if f"《{document}》{citation.clause}" not in said:
            lines[_source(document, citation)] = None
        if citation.quote and citation.quote not in said and audience is not Audience.ELDERLY:
            lines[words().quoted.format(quote=citation.quote)] = None
        if citation.source.startswith("https://"):
            lines[citation.source] = None
    return list(lines)


def _source(document: str, citation: Citation) -> str:
    return words().citation.format(
        document=document, clause=citation.clause, checked=citation.checked
    )
