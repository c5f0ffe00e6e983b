"""What a browser carries from one screen to the next: cookies and the fields of its forms."""

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Self
from urllib.parse import urlencode

from fastapi import Form, Query, Request, Response

from channels.conversations import Conversation, Conversations
from channels.errors import UnknownConversationError
from channels.family.words import words
from channels.forms import Lines
from channels.message import Audience, Inbound

COOKIE, SIZE_COOKIE, SEEN_COOKIE = "linli_simple", "linli_simple_size", "linli_simple_seen"
PLACE_COOKIE = "linli_simple_place"
YEAR_S = 365 * 24 * 3600
SIZES = ("1", "2", "3")  # 18, 24 and 30 pt
PATH = "/simple"
# b3 · b3-2 (3栋2单元): what the QR code at an entrance says, here as in the messengers
_ENTRANCE = re.compile(r"b(?P<building>[1-9]\d{0,2})(?:-(?P<unit>[1-9]\d?))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a form brings; the same ``nonce`` and words again are the same message.

    So turning to the next screen, enlarging the letters or loading the page anew asks nothing
    twice: the form is sent again and the gateway returns its first answer.
    """

    text: str = ""
    choice: str = ""
    title: str = ""
    nonce: str = ""
    part: int = 0
    batch: int = 0

    @classmethod
    def from_form(
        cls,
        text: Annotated[Lines, Form()] = "",
        choice: Annotated[str, Form()] = "",
        nonce: Annotated[str, Form()] = "",
        part: Annotated[int, Form(ge=0)] = 0,
        batch: Annotated[int, Form(ge=0)] = 0,
    ) -> Self:
        """Return the fields; a button's ``choice`` is its token, a blank and its title."""
        token, _, title = choice.partition(" ")
        return cls(
            text=text.strip(),
            choice=token,
            title=title,
            nonce=nonce[:32] or new_nonce(),
            part=part,
            batch=batch,
        )

    @property
    def shown(self) -> str:
        """What the person said, as it is shown to them."""
        return self.title or self.text

    @property
    def message_id(self) -> str:
        """The id of the message: another answer from a page gone back to is another message."""
        digest = hashlib.sha256((self.choice or self.text).encode()).hexdigest()[:24]
        return f"{self.nonce}-{digest}"

    def inbound(self, conversation: str) -> Inbound:
        """Return the message for the dialogue."""
        return Inbound(
            conversation=conversation,
            text=None if self.choice else self.text,
            choice=self.choice or None,
            message_id=self.message_id,
        )

    def at(self, *, part: int = 0, batch: int = 0) -> Self:
        """Return the same message seen at another screen."""
        return replace(self, part=part, batch=batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A piece of news and the screen of it that is read; its address holds no words."""

    news: int = 0  # its id; 0 is the oldest that was not looked at
    part: int = 0
    batch: int = 0

    @classmethod
    def from_query(
        cls,
        read: Annotated[int, Query(ge=0, lt=10**15)] = 0,
        part: Annotated[int, Query(ge=0)] = 0,
        batch: Annotated[int, Query(ge=0)] = 0,
    ) -> Self:
        """Return what a link brings."""
        return cls(news=read, part=part, batch=batch)

    @property
    def query(self) -> str:
        """What leads to this screen again."""
        return urlencode({"read": self.news, "part": self.part, "batch": self.batch})

    def at(self, *, part: int = 0, batch: int = 0) -> Self:
        """Return the same news seen at another screen."""
        return replace(self, part=part, batch=batch)


def new_nonce() -> str:
    """Return the mark of a freshly drawn form."""
    return secrets.token_hex(8)


def chosen_size(request: Request) -> str:
    """Return the size of letters just chosen, by a link or a form; empty if none was."""
    chosen = str(getattr(request.state, "size", "") or request.query_params.get("size", ""))
    return chosen if chosen in SIZES else ""


def size_of(request: Request) -> str:
    """Return the size of letters: the one just chosen, or the one kept."""
    size = chosen_size(request) or request.cookies.get(SIZE_COOKIE, "")
    return size if size in SIZES else SIZES[0]


def entrance(request: Request) -> str:
    """Return the entrance whose QR code was just scanned; empty if none was."""
    scanned = request.query_params.get("at", "")
    return scanned if _ENTRANCE.fullmatch(scanned) else ""


def place_of(request: Request) -> str:
    """Return the building, and the unit, of the entrance scanned last, as people say it."""
    found = _ENTRANCE.fullmatch(entrance(request) or request.cookies.get(PLACE_COOKIE, ""))
    if not found:
        return ""
    said = words()["place"]["unit" if found["unit"] else "building"]
    return str(said).format(**found.groupdict())


def seen(request: Request) -> int:
    """Return the id of the newest news that the visitor has read to its end; 0 is none."""
    kept = request.cookies.get(SEEN_COOKIE, "")
    return int(kept) if kept.isdecimal() and len(kept) < 16 else 0


def find(request: Request, conversations: Conversations) -> Conversation | None:
    """Return the visitor's conversation, if the cookie still opens one."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        return conversations.by_token(token)
    except UnknownConversationError:
        return None


def open_new(conversations: Conversations) -> tuple[Conversation, str]:
    """Return a new conversation and its token."""
    return conversations.open(Audience.ELDERLY, "simple")


def keep(request: Request, response: Response, name: str, value: str) -> None:
    """Set one of our cookies: out of reach of scripts and of other sites."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR_S,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
