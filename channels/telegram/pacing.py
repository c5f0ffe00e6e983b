"""Telegram's limits: 1 message a second to a chat, 30 a second in all, and its Retry-After.

Source: core.telegram.org/bots/faq, "My bot is hitting limits": short bursts to a chat pass.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
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
    chat_per_s: float = 1.0
    chat_burst: int = 3
    overall_per_s: float = 30.0
    overall_burst: int = 30
    tries: int = 4  # after 429, and for an update whose answer could not be sent
    backoff_s: tuple[float, ...] = (1, 2, 5, 15, 30)  # while Telegram cannot be reached


class Allowance:
    """Lets ``burst`` through at once, later ``per_s`` a second, in order of asking."""

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float]) -> None:
        self._gap_s = 1 / per_s
        self._lead_s = (burst - 1) / per_s
        self._clock = clock
        self._next = clock()

    def book(self) -> float:
        """Take the next place and return how many seconds to wait for it."""
        now = self._clock()
        wait_s = self._next - self._lead_s - now
        self._next = max(self._next, now) + self._gap_s
        return max(0.0, wait_s)


class MessagePacer(BaseRateLimiter[None]):
    """Spaces messages out and obeys Retry-After; everything else goes straight through."""

    def __init__(
        self,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace, self._clock, self._sleep = pace, clock, sleep
        self._overall = Allowance(pace.overall_per_s, pace.overall_burst, clock)
        self._chats: dict[object, Allowance] = {}

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
            if endpoint.startswith("send") and endpoint != "sendChatAction":
                await self._wait(data.get("chat_id"))
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                if endpoint == "sendChatAction" or attempt == self._pace.tries:
                    raise
                pause_s = retry_after_s(error)
                logger.warning("telegram asks for a pause of %ss, %s", pause_s, endpoint)
                await self._sleep(pause_s)
        raise AssertionError  # the last attempt returned or raised

    async def _wait(self, chat: object) -> None:
        if len(self._chats) > CHATS_KEPT:
            self._chats.clear()  # forgetting a chat's pace costs at most one 429
        allowance = self._chats.get(chat)
        if allowance is None:
            per_s, burst = self._pace.chat_per_s, self._pace.chat_burst
            allowance = self._chats[chat] = Allowance(per_s, burst, self._clock)
        wait_s = allowance.book()
        if wait_s:
            await self._sleep(wait_s)
        wait_s = self._overall.book()
        if wait_s:
            await self._sleep(wait_s)


def retry_after_s(error: RetryAfter) -> float:
    """Return the seconds of a 429; the library gives a number or a timedelta by its setting."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
