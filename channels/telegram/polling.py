"""Polling that forgets nothing: an update is acknowledged when it is settled, not before.

python-telegram-bot's own ``Updater`` acknowledges what it has only put into a queue.
"""

import asyncio
import logging

from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from channels.telegram.intake import Intake
from channels.telegram.pacing import Pace, retry_after_s

logger = logging.getLogger(__name__)

KINDS = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]
BATCH = 100


class Poller:
    """Fetches updates and hands them in; unsettled ones stay at Telegram."""

    def __init__(self, bot: Bot, intake: Intake, pace: Pace) -> None:
        self._bot, self._intake, self._pace = bot, intake, pace
        self._next: int | None = None  # the one after the last that was seen
        self._troubles = 0

    async def poll(self) -> None:
        """Fetch until cancelled.

        Raises:
            InvalidToken: the bot no longer exists or has another token.
        """
        while True:
            try:
                await self._fetch()
                self._troubles = 0
            except InvalidToken:
                raise
            except TelegramError as error:
                await asyncio.sleep(self._pause_s(error))

    async def acknowledge(self) -> None:
        """Tell Telegram what is settled; what it answers comes again next time."""
        offset = self._offset()
        if offset is None:
            return
        try:
            await self._bot.get_updates(
                offset, limit=1, timeout=0, allowed_updates=KINDS, pool_timeout=2
            )
        except TelegramError as error:
            logger.warning("the last updates will come again: %s", type(error).__name__)

    async def _fetch(self) -> None:
        is_busy = bool(self._intake.unsettled)
        updates = await self._bot.get_updates(
            self._offset(),
            limit=BATCH,
            timeout=0 if is_busy else self._pace.poll_s,
            allowed_updates=KINDS,
        )
        fresh = [update for update in updates if not self._intake.knows(update.update_id)]
        for update in fresh:
            self._intake.submit(update)
        if updates:
            self._next = updates[-1].update_id + 1
        if len(updates) == BATCH and not fresh:
            self._look_beyond(updates[-1].update_id)
        elif self._intake.unsettled:
            await self._peek()

    def _offset(self) -> int | None:
        return min(self._intake.unsettled, default=self._next)

    def _look_beyond(self, last: int) -> None:
        """Give up the safety of a whole batch that is stuck, so that others are heard."""
        logger.warning("%s updates wait; the next ones are fetched", BATCH)
        self._intake.release(last)

    async def _peek(self) -> None:
        """Wait for the running turns, but no longer than others should wait to be heard."""
        running = self._intake.running
        if running:
            await asyncio.wait(running, timeout=self._pace.peek_s)
        else:  # only those that are owed another try
            await asyncio.sleep(self._pace.backoff_s[0])

    def _pause_s(self, error: TelegramError) -> float:
        steps = self._pace.backoff_s
        pause_s = steps[min(self._troubles, len(steps) - 1)]
        self._troubles += 1
        if isinstance(error, RetryAfter):
            pause_s = retry_after_s(error)
        logger.warning("no updates: %s, again in %ss", type(error).__name__, pause_s)
        return pause_s
