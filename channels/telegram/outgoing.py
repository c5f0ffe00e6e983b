"""Replies on their way out: words split to Telegram's size, options as a keyboard."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from weakref import WeakValueDictionary

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from channels.message import Audience, Choice, Citation, Reply, Turn
from channels.telegram.opinions import thumbs
from channels.telegram.words import words

logger = logging.getLogger(__name__)

SIZE_LIMIT = 4096  # UTF-16 units in a message
SHORT_TITLE = 7  # two such buttons fit side by side on a telephone
TYPING_S = 4.5  # Telegram shows 正在输入 for 5 s
TYPING_TIMEOUT_S = 2.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ENDS = ("\n", "。", ";", ",", " ")  # where to cut, best first


class Outbox:
    """Says things in chats; a chat that is closed to us is left alone."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def reply(self, chat: int, replies: Iterable[Reply], audience: Audience) -> bool:
        """Send the replies of one turn together; news that come meanwhile wait.

        Returns:
            Whether the chat is open to us.

        Raises:
            NetworkError: Telegram cannot be reached; what was sent stays sent.
            RetryAfter: Telegram asked for too many pauses.
        """
        numbers = iter(range(1, 1000))  # a typed number counts through all bubbles of a turn
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock:
            for reply in replies:
                text, choices = render(reply, audience, numbers)
                markup = with_thumbs(keyboard(choices, audience), reply, audience)
                if not await self.say(chat, text, markup):
                    return False
        return True

    async def say(self, chat: int, text: str, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Send ``text`` in as many messages as it needs, the keyboard under the last.

        Returns:
            Whether the chat is open to us: not if its person blocked the bot.
        """
        parts = split(text)
        try:
            for part in parts:
                await self._bot.send_message(
                    chat,
                    part,
                    reply_markup=markup if part is parts[-1] else None,
                    link_preview_options=NO_PREVIEW,
                )
        except (Forbidden, BadRequest) as error:  # blocked by the person, or a deleted account
            logger.warning("telegram refused a message: %s", type(error).__name__)
            return not isinstance(error, Forbidden)
        return True

    async def while_typing(self, chat: int, answering: Awaitable[Turn]) -> Turn:
        """Show 正在输入 until the turn is there."""
        is_done = asyncio.Event()
        typing = asyncio.create_task(self._type(chat, is_done))
        try:
            return await answering
        finally:
            is_done.set()
            await typing

    async def _type(self, chat: int, is_done: asyncio.Event) -> None:
        while not is_done.is_set():
            with suppress(TelegramError):
                await self._bot.send_chat_action(
                    chat,
                    ChatAction.TYPING,
                    connect_timeout=TYPING_TIMEOUT_S,
                    read_timeout=TYPING_TIMEOUT_S,
                )
            with suppress(TimeoutError):
                await asyncio.wait_for(is_done.wait(), TYPING_S)


def render(
    reply: Reply, audience: Audience, numbers: Iterator[int]
) -> tuple[str, tuple[Choice, ...]]:
    """Return the words of a bubble and its options; elderly people get numbers to reply with."""
    lines = [reply.text, *cited(reply)]
    if audience is not Audience.ELDERLY or not reply.choices:
        return "\n".join(lines), reply.choices
    numbered = [(next(numbers), choice) for choice in reply.choices]
    template = words().numbered
    lines += ["", *(template.format(number=n, title=c.title) for n, c in numbered)]
    return "\n".join(lines), tuple(replace(c, title=f"{n}. {c.title}") for n, c in numbered)


def cited(reply: Reply) -> list[str]:
    """Return the lines that say where an answer stands, each once."""
    lines: dict[str, None] = {}
    for citation in reply.citations:
        lines[_source(citation)] = None
        if citation.quote and citation.quote not in reply.text:
            lines[words().quoted.format(quote=citation.quote)] = None
    return ["", *lines] if lines else []


def _source(citation: Citation) -> str:
    document = citation.document.strip("《》")
    return words().citation.format(
        document=document, clause=citation.clause, checked=citation.checked
    )


def keyboard(choices: tuple[Choice, ...], audience: Audience) -> InlineKeyboardMarkup | None:
    """Return the options as buttons, two short ones in a row, or none."""
    if not choices:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        button = InlineKeyboardButton(choice.title, callback_data=choice.token)
        is_short = len(choice.title) <= SHORT_TITLE and audience is not Audience.ELDERLY
        if is_short and rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT_TITLE:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows)


def with_thumbs(
    markup: InlineKeyboardMarkup | None, reply: Reply, audience: Audience
) -> InlineKeyboardMarkup | None:
    """Return the keyboard with 有用 and 没用 below, if ``reply`` is an answer with its source.

    Elderly people are asked nothing beside the options they choose from.
    """
    is_answer = reply.receipt and reply.citations
    if not is_answer or (markup is not None and audience is Audience.ELDERLY):
        return markup
    rows = markup.inline_keyboard if markup else ()
    return InlineKeyboardMarkup([*rows, thumbs(reply.receipt)])


def split(text: str, limit: int = SIZE_LIMIT) -> list[str]:
    """Return ``text`` in pieces of at most ``limit`` UTF-16 units, cut at line ends if it can be.

    Nothing but the line end of a cut is lost.
    """
    pieces = []
    while _units(text) > limit:
        end = _cut(text, _longest(text, limit))
        pieces.append(text[:end].rstrip("\n"))
        text = text[end:].lstrip("\n")
    return [piece for piece in (*pieces, text) if piece.strip()]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _longest(text: str, limit: int) -> int:
    """Return how many characters fit into ``limit`` units."""
    used = 0
    for count, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            return count
    return len(text)


def _cut(text: str, longest: int) -> int:
    for end in _ENDS:
        found = text.rfind(end, longest // 2, longest)
        if found > 0:
            return found + 1
    return longest
