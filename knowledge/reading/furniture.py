"""What of a web page is no text of it though it is written as one: menus, paths, footers.

A name alone leaves nothing out: a canteen has a menu, too. What is left out has a name for it and
reads like it, or consists of links outside the article.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

BLOCKS = frozenset({
    "div", "ul", "ol", "dl", "section", "article", "header", "main", "form", "p", "span",
})  # fmt: skip
UNSEEN = frozenset({"script", "style", "title", "noscript", "template", "select", "textarea"})
DENSE, HALF = 0.8, 0.5  # of the words of a block, which are links
LEAST_LINKS = 3
MAIN = 0.6  # of the words of a page that are no links, which the article has at least
MAX_PATH, MAX_BAR = 80, 60  # characters
_OUTER = re.compile(
    r"(?:top|main|site|sub|left|right|head|side)?-?"
    r"(?:nav|navi|navbar|navigation|menus?|menubar|header|sidebar|tabs|links|friendlink)"
)
_PATH = re.compile(r"bread|breadcrumbs?|crumbs?|location|position|path|dqwz|weizhi")
_FOOT = re.compile(r"(?:page|site)?foot(?:er)?|copyright|copy|bottom|beian|icp")
_BAR = re.compile(r"share|sharing|bdshare|bshare|toolbar|pager|pagination|print")
_SAYS_PATH = re.compile(r"位置|[>»›→]|首页")
_SAYS_FOOT = re.compile(
    r"ICP备|公网安备|版权所有|copyright|©|技术支持|网站地图|网站标识码|隐私(?:政策|声明)",
    re.IGNORECASE,
)
_SAYS_BAR = re.compile(r"分享|转发到|打印|关闭|收藏|上一[篇页条]|下一[篇页条]|字体|字号")
_DOCUMENT = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|pdf|zip|rar|wps|et|ofd|txt)(?:[?#]|$)", re.IGNORECASE
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TELLING = frozenset({"has", "with", "without", "no", "is"})  # of another block: has-sidebar


@dataclass(slots=True)
class _Element:
    """A block of the page; places are numbers of tags, from 1."""

    tag: str
    names: frozenset[str]
    start: int
    end: int = 0
    words: int = 0  # signs that are no space
    linked: int = 0  # of these in links
    links: int = 0
    has_documents: bool = False
    has_title: bool = False
    text: list[str] = field(default_factory=list)  # the beginning, as far as it is looked at

    @property
    def plain(self) -> int:
        """How many signs are in no link."""
        return self.words - self.linked

    @property
    def said(self) -> str:
        """The beginning of what it says."""
        return "".join(self.text)

    def take(self, text: str, *, is_linked: bool) -> None:
        """Take words of its own."""
        count = len("".join(text.split()))
        self.words += count
        self.linked += count * is_linked
        self.keep(text)

    def keep(self, text: str) -> None:
        """Keep so much of the words that it can be told what they are."""
        if len(self.text) < 32:
            self.text.append(text[:500])

    def join(self, inner: "_Element") -> None:
        """Take all that a closed block within it has."""
        self.words += inner.words
        self.linked += inner.linked
        self.links += inner.links
        self.has_documents |= inner.has_documents
        self.has_title |= inner.has_title
        self.keep(inner.said)

    def holds(self, other: "_Element") -> bool:
        """Return whether another block is this one or stands within it."""
        return self.start <= other.start and other.end <= self.end

    def is_called(self, pattern: re.Pattern[str]) -> bool:
        """Return whether a class or the id has such a name."""
        return any(map(pattern.fullmatch, self.names))

    def is_linked(self, share: float) -> bool:
        """Return whether so much of its words are links."""
        return self.links > 0 and self.linked >= share * self.words


class _Survey(HTMLParser):
    """Measures the blocks of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.closed: list[_Element] = []
        self.title_at = 0  # where the first heading of the page stands
        self._at = 0
        self._open = [_Element("html", frozenset(), 0)]
        self._in_link = self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at += 1
        while tag in BLOCKS - {"span"} and self._open[-1].tag == "p":  # its end may be left out
            self._close(self._at - 1)
        top = self._open[-1]
        if tag in BLOCKS:
            self._open.append(_Element(tag, _names(dict(attrs)), self._at))
        elif tag == "a" and (address := dict(attrs).get("href")) is not None:
            self._in_link = True
            top.links += 1
            top.has_documents |= _DOCUMENT.search(address or "") is not None
        elif tag == "h1":
            top.has_title = True
            self.title_at = self.title_at or self._at
        elif tag in UNSEEN:
            self._unseen = True

    def handle_endtag(self, tag: str) -> None:
        self._at += 1
        self._in_link = self._in_link and tag != "a"
        self._unseen = self._unseen and tag not in UNSEEN
        if tag in BLOCKS and any(one.tag == tag for one in self._open[-64:]):
            while self._close(self._at).tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._open[-1].take(data, is_linked=self._in_link)

    def close(self) -> None:
        super().close()
        while len(self._open) > 1:
            self._close(self._at)

    def _close(self, end: int) -> _Element:
        element = self._open.pop()
        element.end = end
        self._open[-1].join(element)
        self.closed.append(element)
        return element


def _names(attributes: Mapping[str, str | None]) -> frozenset[str]:
    """Return the words of an element's classes and id: main-nav, mainNav and main_nav are two."""
    found: set[str] = set()
    for name in f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split():
        words = [one.lower() for one in _WORD.findall(name)]
        if words and words[0] not in _TELLING:
            found |= {*words, name.lower()}
    return frozenset(found)


def furniture_of(page: str) -> dict[int, int]:
    """Return which stretches of a page are left out: the number of their first and last tag.

    Both start and end tags are counted, from 1.
    """
    survey = _Survey()
    survey.feed(page)
    survey.close()
    total = sum(one.plain for one in survey._open)
    main = [one for one in survey.closed if one.tag != "span" and one.plain >= MAIN * total]
    article = max(main, key=lambda one: one.start, default=None) if total else None
    return {
        one.start: one.end
        for one in survey.closed
        if one.words
        and not one.has_title
        and not (article and one.holds(article))
        and _is_furniture(one, article, survey.title_at)
    }


def _is_furniture(one: _Element, article: _Element | None, title_at: int) -> bool:
    """Return whether a block that is not the article is none of its text either."""
    is_outside = article is not None and not article.holds(one)
    said = one.said
    is_menu = one.is_called(_OUTER) and one.is_linked(HALF)
    is_path = one.is_called(_PATH) and one.words <= MAX_PATH and bool(_SAYS_PATH.search(said))
    is_foot = one.is_called(_FOOT) and (
        is_outside or one.is_linked(HALF) or bool(_SAYS_FOOT.search(said))
    )
    is_bar = one.is_called(_BAR) and one.words <= MAX_BAR and bool(_SAYS_BAR.search(said))
    is_links = one.links >= LEAST_LINKS and one.is_linked(DENSE) and "。" not in said
    is_above = one.end < title_at
    is_list = is_links and (is_outside or is_above) and one.tag not in {"p", "span"}
    return is_path or is_foot or is_bar or (not one.has_documents and (is_menu or is_list))
