"""Telegram's limits: 1 message a second to a chat, 30 a second in all, and its Retry-After.

Source: core.telegram.org/bots/faq, "My bot is hitting limits". Bursts, which Telegram lets pass
at times, are not counted upon.
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

logger = logging.getLogger(__name__)

CHATS_KEPT = 4096
JSON = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast the channel goes; the defaults are Telegram's."""

    poll_s: int = 20  # a long poll that hears nothing ends after this
    peek_s: float = 0.2  # how long to wait for running turns before looking for new updates
    album_s: float = 0.6  # an album is whole when no further picture comes for this long
    window_s: float = 1.01  # a second, and what clocks may differ by
    chat_limit: int = 1  # messages to a chat in any window
    overall_limit: int = 30  # and to all chats
    tries: int = 4  # after 429, and for an update whose answer could not be sent
    backoff_s: tuple[float, ...] = (1, 2, 5, 15, 30)  # while Telegram cannot be reached


class Window:
    """Has ``limit`` places; each is taken again a window after its message has arrived.

    Counted from the answer, not from the request: how long a message takes to arrive is
    Telegram's to say, and two sent a second apart may arrive in the same one.
    """

    def __init__(self, limit: int) -> None:
        self._free_from: asyncio.Queue[float] = asyncio.Queue()  # first come, first served
        for _ in range(limit):
            self._free_from.put_nowait(-math.inf)

    async def take(self) -> float:
        """Return the time from which the next place may be used."""
        return await self._free_from.get()

    def give_back(self, free_from: float) -> None:
        """Let the place be taken again."""
        self._free_from.put_nowait(free_from)


class MessagePacer(BaseRateLimiter[None]):
    """Spaces messages out and obeys Retry-After; everything else goes straight through."""

    def __init__(
        self,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace, self._clock, self._sleep = pace, clock, sleep
        self._overall = Window(pace.overall_limit)
        self._chats: dict[object, Window] = {}

    async def initialize(self) -> None:
        """Do nothing; there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, JSON]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> JSON:
        """Make the request when its turn has come, again after a 429.

        Raises:
            RetryAfter: Telegram refused it ``tries`` times, or it was only 正在输入.
        """
        for attempt in range(1, self._pace.tries + 1):
            is_message = endpoint.startswith("send") and endpoint != "sendChatAction"
            try:
                if not is_message:
                    return await callback(*args, **kwargs)
                chat = self._window_of(data.get("chat_id"))
                async with self._place(chat), self._place(self._overall):
                    return await callback(*args, **kwargs)
            except RetryAfter as error:
                if endpoint == "sendChatAction" or attempt == self._pace.tries:
                    raise
                pause_s = retry_after_s(error)
                logger.warning("telegram asks for a pause of %ss, %s", pause_s, endpoint)
                await self._sleep(pause_s)
        raise AssertionError  # the last attempt returned or raised

    def _window_of(self, chat: object) -> Window:
        if len(self._chats) > CHATS_KEPT:
            self._chats.clear()  # forgetting a chat's pace costs at most one 429
        if chat not in self._chats:
            self._chats[chat] = Window(self._pace.chat_limit)
        return self._chats[chat]

    @asynccontextmanager
    async def _place(self, window: Window) -> AsyncIterator[None]:
        free_from = await window.take()
        try:
            if (wait_s := free_from - self._clock()) > 0:
                await self._sleep(wait_s)
            yield
        finally:
            window.give_back(self._clock() + self._pace.window_s)


def retry_after_s(error: RetryAfter) -> float:
    """Return the seconds of a 429; the library gives a number or a timedelta by its setting."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
