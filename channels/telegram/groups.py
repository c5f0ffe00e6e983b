"""Groups: nobody's business is done before others; people are asked over to a private chat."""

import time
from collections.abc import Callable

from telegram import (
    Bot,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.ext import ChatMemberHandler, ContextTypes, MessageHandler, filters

from channels.telegram.outgoing import Outbox
from channels.telegram.words import words

QUIET_S = 600  # a group that talks among itself is not told more often
GROUPS_KEPT = 1024


class Groups:
    """Asks people in groups to come over; keeps and passes on nothing of what is said there."""

    def __init__(
        self, bot: Bot, outbox: Outbox, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot, self._outbox, self._clock = bot, outbox, clock
        self._told: dict[int, float] = {}

    def handlers(
        self,
    ) -> list[
        MessageHandler[ContextTypes.DEFAULT_TYPE, None]
        | ChatMemberHandler[ContextTypes.DEFAULT_TYPE, None]
    ]:
        """Return the handlers; they stand before all others."""
        here = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        return [
            MessageHandler(here, self.on_message),
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]

    async def on_message(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask over: always if the bot was spoken to, else once in a while."""
        message = update.message
        if message is not None and (self._is_meant(message) or self._is_long_ago(message.chat.id)):
            await self._ask_over(message.chat.id)

    async def on_membership(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask over when a group takes the bot in; that someone blocked it changes nothing."""
        change = update.my_chat_member
        if change is None or change.chat.type not in {"group", "supergroup"}:
            return
        there = {ChatMember.MEMBER, ChatMember.ADMINISTRATOR}
        if change.old_chat_member.status not in there and change.new_chat_member.status in there:
            await self._ask_over(change.chat.id)

    def _is_meant(self, message: Message) -> bool:
        answered = message.reply_to_message
        if answered and answered.from_user and answered.from_user.id == self._bot.id:
            return True
        named = f"@{self._bot.username}".lower()
        entities = message.parse_entities([MessageEntity.MENTION, MessageEntity.BOT_COMMAND])
        return any(
            entity.type == MessageEntity.BOT_COMMAND or text.lower() == named
            for entity, text in entities.items()
        )

    def _is_long_ago(self, chat: int) -> bool:
        told = self._told.get(chat)
        return told is None or self._clock() - told > QUIET_S

    async def _ask_over(self, chat: int) -> None:
        if len(self._told) > GROUPS_KEPT:
            self._told.clear()
        self._told[chat] = self._clock()
        link = f"https://t.me/{self._bot.username}?start=group"
        button = InlineKeyboardButton(words().group_button, url=link)
        await self._outbox.say(chat, words().group, InlineKeyboardMarkup([[button]]))
