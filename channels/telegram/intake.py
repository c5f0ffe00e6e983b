"""Updates on their way in: each done once, a chat's in order, none forgotten by a crash.

An update is *settled* when its answer has been sent.
Until then Telegram is not told that we have it, so it comes again after a crash.
"""

import asyncio
import inspect
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from channels.telegram.albums import Albums

logger = logging.getLogger(__name__)

REMEMBERED = 10_000  # settled updates; a repeated one does nothing
CONCURRENT = 512
CHAT_LIMIT = 20  # waiting messages of one chat; more are told to slow down


class Intake:
    """Knows which updates are running, settled, or owed another try."""

    def __init__(self, tries: int) -> None:
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        self._tries = tries
        self._running: dict[int, asyncio.Future[bool]] = {}
        self._settled: OrderedDict[int, None] = OrderedDict()
        self._owed: set[int] = set()
        self._failed: set[int] = set()
        self._released: set[int] = set()
        self._attempts: Counter[int] = Counter()

    @property
    def unsettled(self) -> set[int]:
        """Updates that Telegram must keep for us."""
        return (set(self._running) - self._released) | self._owed

    @property
    def running(self) -> tuple[asyncio.Future[bool], ...]:
        """What is being answered now."""
        return tuple(self._running.values())

    def knows(self, update_id: int) -> bool:
        """Return whether the update needs nothing more at the moment."""
        return update_id in self._settled or update_id in self._running

    def submit(self, update: Update) -> asyncio.Future[bool]:
        """Queue an update; its future tells whether it was settled. Repeats join the first."""
        number = update.update_id
        if number in self._running:
            return self._running[number]
        outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if number in self._settled:
            outcome.set_result(True)
            return outcome
        self._owed.discard(number)
        self._running[number] = outcome
        self.queue.put_nowait(update)
        return outcome

    def release(self, last: int) -> None:
        """Let Telegram forget what runs up to ``last``; a crash would now lose it."""
        self._released |= {number for number in self._running if number <= last}
        self._owed -= {number for number in self._owed if number <= last}

    def fail(self, update_id: int) -> None:
        """Note that Telegram did not take the answer, so that the update is tried again."""
        self._failed.add(update_id)

    def finish(self, update_id: int) -> None:
        """Settle a running update, or owe it another try."""
        outcome = self._running.pop(update_id, None)
        has_failed = update_id in self._failed
        can_repeat = update_id not in self._released
        self._released.discard(update_id)
        self._failed.discard(update_id)
        self._attempts[update_id] += 1
        if has_failed and can_repeat and self._attempts[update_id] < self._tries:
            self._owed.add(update_id)
        else:
            self._settle(update_id, given_up=has_failed)
        if outcome is not None and not outcome.done():
            outcome.set_result(update_id not in self._owed)

    def _settle(self, update_id: int, *, given_up: bool) -> None:
        if given_up:
            logger.error("telegram took no answer to an update in %s tries", self._tries)
        del self._attempts[update_id]
        self._settled[update_id] = None
        if len(self._settled) > REMEMBERED:
            self._settled.popitem(last=False)


class ChatOrder(BaseUpdateProcessor):
    """Runs the updates of a chat one after another, those of different chats side by side."""

    def __init__(
        self, intake: Intake, albums: Albums, refuse: Callable[[int], Awaitable[None]]
    ) -> None:
        super().__init__(CONCURRENT)
        self._intake, self._albums, self._refuse = intake, albums, refuse
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[int] = Counter()
        self._refused: set[int] = set()

    async def initialize(self) -> None:
        """Do nothing; there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the handlers for one update in its chat's order."""
        if not isinstance(update, Update):
            await coroutine
            return
        try:
            await self._in_order(update, coroutine)
        finally:
            self._intake.finish(update.update_id)

    async def _in_order(self, update: Update, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat.id if update.effective_chat else 0
        if self._albums.join(update):  # its first picture holds the place for all
            await coroutine
            return
        if self._waiting[chat] >= CHAT_LIMIT:
            _drop(coroutine)
            await self._refuse_once(chat)
            return
        self._waiting[chat] += 1
        lock = self._locks.setdefault(chat, asyncio.Lock())
        try:
            async with lock:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat]
                self._refused.discard(chat)

    async def _refuse_once(self, chat: int) -> None:
        if chat not in self._refused:
            self._refused.add(chat)
            await self._refuse(chat)


def _drop(coroutine: Awaitable[Any]) -> None:
    if inspect.iscoroutine(coroutine):
        coroutine.close()  # never awaited on purpose
