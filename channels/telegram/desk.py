"""The desk: one update in, one turn out, and what is said when it cannot be taken."""

import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from channels.conversations import Conversation
from channels.errors import ChannelError, PushFailedError, RefusedMediaError
from channels.message import Audience, Inbound, Location, Outcome, Turn
from channels.parts import Parts
from channels.telegram.files import Attachment, keep
from channels.telegram.outgoing import Outbox
from channels.texts import explain, problems

logger = logging.getLogger(__name__)

CHANNEL = "telegram"


class Desk:
    """Takes what a chat sent to the dialogue and says what comes back."""

    def __init__(self, parts: Parts, bot: Bot, outbox: Outbox) -> None:
        self._parts, self._bot, self._outbox = parts, bot, outbox

    def conversation(self, chat: int) -> Conversation:
        """Return the conversation of a private chat, started if it is new."""
        return self._parts.conversations.for_account(CHANNEL, str(chat), Audience.STANDARD)

    async def answer(
        self,
        update: Update,
        *,
        text: str | None = None,
        choice: str | None = None,
        location: Location | None = None,
        media: tuple[str, ...] = (),
    ) -> Turn | None:
        """Say the dialogue's answer; None if it could not be had and that was said."""
        inbound = Inbound(
            conversation=self.conversation(chat_of(update)).id,
            text=text,
            choice=choice,
            location=location,
            media=media,
            message_id=message_id(update),
        )
        return await self.say(update, self._parts.turns.handle(inbound))

    async def say(self, update: Update, answering: Awaitable[Turn]) -> Turn | None:
        """Say the turn that is being found; None if it could not be had and that was said."""
        chat = chat_of(update)
        conversation = self.conversation(chat)
        try:
            turn = await self._outbox.while_typing(chat, answering)
        except ChannelError as error:
            await self._outbox.say(chat, explain(error))
            return None
        replies = turn.replies
        if turn.outcome is Outcome.EMERGENCY:  # nobody is asked for an opinion now
            replies = tuple(replace(reply, receipt="") for reply in replies)
        await self._outbox.reply(chat, replies, conversation.audience)
        with suppress(PushFailedError):  # what waits goes on waiting
            await self._parts.news.push_waiting(conversation)
        return turn

    async def keep(self, update: Update, attachment: Attachment) -> str | None:
        """Keep a file and return its media id; None if it was refused and that was said."""
        chat = chat_of(update)
        conversation = self.conversation(chat).id
        try:
            return await keep(self._bot, self._parts.media, conversation, attachment)
        except RefusedMediaError as error:
            await self._outbox.say(chat, explain(error))
            return None

    async def apologise(self, chat: int, error: Exception) -> None:
        """Say that something went wrong with us; log its kind and nothing of its content."""
        logger.error("an update failed: %s", type(error).__name__)
        is_storage = isinstance(error, (SQLAlchemyError, OSError))
        try:
            await self._outbox.say(
                chat, problems()["storage_unavailable" if is_storage else "internal"]
            )
        except TelegramError as deaf:
            logger.warning("no apology was sent: %s", type(deaf).__name__)


def chat_of(update: Update) -> int:
    """Return the chat's id.

    Raises:
        ValueError: the update belongs to no chat.
    """
    if update.effective_chat is None:
        raise ValueError("an update without a chat")
    return update.effective_chat.id


def message_id(update: Update) -> str:
    """Return the name under which a repeated update is known."""
    return f"tg-{update.update_id}"


def is_passing(error: Exception) -> bool:
    """Return whether Telegram may take the same request later."""
    return isinstance(error, (NetworkError, RetryAfter)) and not isinstance(error, BadRequest)
