"""The Telegram channel's life: it comes up when Telegram can be reached, and never stops the rest.

The gateway starts and stops it in its own event loop.
"""

import asyncio
import logging
import os
from typing import Any

from fastapi import APIRouter
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes
from telegram.request import HTTPXRequest

from channels.conversations import Conversation
from channels.errors import OutOfReachError, PushFailedError
from channels.message import Reply
from channels.news import News
from channels.parts import Parts
from channels.settings import Settings
from channels.telegram.albums import Albums
from channels.telegram.commands import Commands, menu
from channels.telegram.desk import CHANNEL, Desk, is_passing
from channels.telegram.groups import Groups
from channels.telegram.intake import ChatOrder, Intake
from channels.telegram.messages import Messages
from channels.telegram.outgoing import Outbox
from channels.telegram.pacing import MessagePacer, Pace, retry_after_s
from channels.telegram.polling import KINDS, Poller
from channels.telegram.taps import Taps
from channels.telegram.voices import Voices
from channels.telegram.webhook import create_router, webhook_secret, webhook_url
from channels.texts import problems

logger = logging.getLogger(__name__)

CONNECTIONS = 64
SILENT = logging.CRITICAL + 1
App = Application[Any, Any, Any, Any, Any, Any]


class TelegramUnavailableError(PushFailedError):
    """Telegram cannot be reached now; the same news may be brought again."""


def create_telegram(parts: Parts, pace: Pace | None = None) -> "Telegram":
    """Return the channel for ``parts``; nothing is sent before it is started.

    Raises:
        SettingsError: the webhook's address or secret cannot be used.
    """
    _silence_libraries()
    return Telegram(parts, pace or Pace())


class Telegram:
    """Telegram chats at the door; ``router`` belongs into the gateway's application."""

    router: APIRouter

    def __init__(self, parts: Parts, pace: Pace) -> None:
        self._parts, self._pace = parts, pace
        self._settings = parts.settings
        self._intake = Intake(pace.tries)
        self._albums = Albums(pace.album_s)
        order = ChatOrder(self._intake, self._albums, self._slow_down)
        self._application = _build(self._settings, pace, order, self._intake)
        self._bot = self._application.bot
        self._outbox = Outbox(self._bot)
        self._desk = Desk(parts, self._bot, self._outbox)
        self._install()
        self._poller = Poller(self._bot, self._intake, pace)
        self._url = webhook_url(self._settings) if self._settings.telegram_webhook_url else ""
        self.router = create_router(
            self._settings, self._bot, self._intake, lambda: self._application.running
        )
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to connect and return at once; residents of other channels do not wait for it."""
        self._parts.news.register_push(CHANNEL, self.push)
        self._running = asyncio.create_task(self._run(), name="telegram")
        self._running.add_done_callback(_note_end)

    async def stop(self) -> None:
        """Answer what has arrived, tell Telegram so, and let go of connections."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self._application.running:
            await self._application.stop()
            if not self._url:
                await self._poller.acknowledge()
        await self._application.shutdown()
        await self._bot.shutdown()  # open even if Telegram never answered

    async def push(self, conversation: Conversation, news: News) -> None:
        """Bring news to a chat.

        Raises:
            TelegramUnavailableError: not now.
            OutOfReachError: its person blocked the bot; they get it when they write again.
        """
        if not self._application.running or conversation.account is None:
            raise TelegramUnavailableError
        replies = [Reply.from_dict(reply) for reply in news.body["replies"]]
        try:
            is_open = await self._outbox.reply(
                int(conversation.account), replies, conversation.audience
            )
        except TelegramError as error:
            logger.warning("news were not taken: %s", type(error).__name__)
            raise TelegramUnavailableError from error
        if not is_open:
            raise OutOfReachError

    def _install(self) -> None:
        messages = Messages(self._desk, self._outbox, self._albums)
        for source in (
            Groups(self._bot, self._outbox).handlers(),
            Taps(self._parts, self._bot, self._desk).handlers(),
            messages.handlers()[:1],  # edits, before commands take them
            Commands(self._parts, self._desk, self._outbox).handlers(),
            Voices(self._parts, self._bot, self._desk).handlers(),
            messages.handlers()[1:],
            messages.last_resort(),
        ):
            for handler in source:
                self._application.add_handler(handler)
        self._application.add_error_handler(self._on_error)

    async def _run(self) -> None:
        try:
            await self._connect()
            if not self._url:
                await self._poller.poll()
        except InvalidToken:  # its message holds the token
            logger.error("Telegram refuses LINLI_TELEGRAM_TOKEN; the channel stays closed")

    async def _connect(self) -> None:
        troubles = 0
        while not self._application.running:
            try:
                await self._application.initialize()
                await self._choose_delivery()
                await self._application.start()
            except InvalidToken:
                raise
            except TelegramError as error:
                steps = self._pace.backoff_s
                pause_s = steps[min(troubles, len(steps) - 1)]
                pause_s = retry_after_s(error) if isinstance(error, RetryAfter) else pause_s
                troubles += 1
                logger.warning("no Telegram: %s, again in %ss", type(error).__name__, pause_s)
                await asyncio.sleep(pause_s)
        logger.info("telegram is open, %s", "webhook" if self._url else "polling")

    async def _choose_delivery(self) -> None:
        if self._url:
            secret = webhook_secret(self._settings)
            await self._bot.set_webhook(self._url, secret_token=secret, allowed_updates=KINDS)
        else:
            await self._bot.delete_webhook()  # with one, polling is refused
        try:
            await self._bot.set_my_commands(menu())
        except TelegramError as error:
            logger.warning("the menu was not taken: %s", type(error).__name__)

    async def _slow_down(self, chat: int) -> None:
        await self._outbox.say(chat, problems()["too_many"])

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Try again later what Telegram did not take; apologise for what is our fault."""
        error = context.error
        if not isinstance(update, Update) or error is None:
            return
        if is_passing(error):
            logger.warning("an answer was not taken: %s", type(error).__name__)
            self._intake.fail(update.update_id)
        elif update.effective_chat is not None:
            await self._desk.apologise(update.effective_chat.id, error)


def _build(settings: Settings, pace: Pace, order: ChatOrder, intake: Intake) -> App:
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_token)
        .request(_request(settings, CONNECTIONS))
        .get_updates_request(_request(settings, 4))  # a cancelled poll may keep one
        .rate_limiter(MessagePacer(pace))
        .update_queue(intake.queue)
        .concurrent_updates(order)
        .job_queue(None)
        .updater(None)
    )
    if settings.telegram_api_url:
        url = settings.telegram_api_url.rstrip("/")
        builder = builder.base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    return builder.build()


def _request(settings: Settings, connections: int) -> HTTPXRequest:
    # Telegram is often reached through HTTPS_PROXY; an API of one's own never is.
    uses_proxy = not settings.telegram_api_url
    return HTTPXRequest(
        connection_pool_size=connections,
        pool_timeout=30.0,
        httpx_kwargs={"trust_env": uses_proxy},
    )


def _note_end(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logger.error("the telegram channel fell: %s", type(error).__name__)


def _silence_libraries() -> None:
    """Keep tokens (in every address) and people's words (in failed updates) out of logs."""
    logging.getLogger("telegram").setLevel(SILENT)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # else each 429 brings a deprecation warning
