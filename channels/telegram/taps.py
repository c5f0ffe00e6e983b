"""Taps on the buttons under a message."""

from collections import OrderedDict
from contextlib import suppress

from telegram import Bot, CallbackQuery, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, ContextTypes

from channels.errors import ChannelError
from channels.feedback import Feedback, Opinions
from channels.message import Outcome
from channels.parts import Parts
from channels.telegram.desk import Desk
from channels.telegram.opinions import opinion, without_thumbs
from channels.telegram.words import words
from channels.texts import explain

BROWSING = frozenset({Outcome.ANSWER, Outcome.GUIDE})  # people tap one facet after another
TOAST_LIMIT = 200  # characters, Telegram's
SPENT_KEPT = 4096


class Taps:
    """Takes a tapped option; a keyboard that has been decided on goes away."""

    def __init__(self, parts: Parts, bot: Bot, desk: Desk) -> None:
        self._parts, self._bot, self._desk = parts, bot, desk
        self._spent: OrderedDict[tuple[int, int], int] = OrderedDict()  # → the update it was

    def handlers(self) -> list[CallbackQueryHandler[ContextTypes.DEFAULT_TYPE, None]]:
        """Return the handler."""
        return [CallbackQueryHandler(self.on_tap)]

    async def on_tap(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the tap, then the option; a second tap on a decided keyboard does nothing."""
        query = update.callback_query
        if query is None or query.data is None or query.message is None:
            return
        place = (query.message.chat.id, query.message.message_id)
        if self._spent.get(place, update.update_id) != update.update_id:
            await self._toast(query, words().already_chosen)
            return
        given = opinion(query.data)
        if given is not None:
            await self._judge(query, given)
            return
        await self._toast(query, _chosen(query))
        turn = await self._desk.answer(update, choice=query.data)
        if turn is not None and turn.outcome not in BROWSING:
            await self._put_away(place, update.update_id)

    async def _judge(self, query: CallbackQuery, given: Feedback) -> None:
        """Pass an opinion on and take both buttons away; options beside them stay."""
        message = query.message
        if not isinstance(message, Message):
            return  # too old for Telegram to say what stood there
        said = words().opinion["thanks_useful" if given.useful else "thanks_useless"]
        try:
            conversation = self._desk.conversation(message.chat.id)
            await Opinions.of(self._parts).keep(conversation.id, given)
        except ChannelError as error:
            await self._toast(query, explain(error))
            return
        await self._toast(query, said)
        with suppress(TelegramError):
            await message.edit_reply_markup(without_thumbs(message.reply_markup))

    async def _put_away(self, place: tuple[int, int], update_id: int) -> None:
        self._spent[place] = update_id
        if len(self._spent) > SPENT_KEPT:
            self._spent.popitem(last=False)
        with suppress(TelegramError):  # too old to be changed: it may stay
            await self._bot.edit_message_reply_markup(*place, reply_markup=None)

    @staticmethod
    async def _toast(query: CallbackQuery, text: str | None) -> None:
        with suppress(TelegramError):  # a tap that is too old cannot be answered
            await query.answer(text)


def _chosen(query: CallbackQuery) -> str | None:
    """Return the toast that names the option, since a tap leaves no trace in the chat."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return None
    buttons = [button for row in message.reply_markup.inline_keyboard for button in row]
    title = next((b.text for b in buttons if b.callback_data == query.data), None)
    return words().chosen.format(title=title)[:TOAST_LIMIT] if title else None
