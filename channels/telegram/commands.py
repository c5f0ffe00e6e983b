"""Commands: the menu beside the message box, and deep links of buildings."""

import re

from telegram import BotCommand, Update
from telegram.ext import CommandHandler, ContextTypes, MessageHandler, filters

from channels.message import Audience
from channels.parts import Parts
from channels.telegram.desk import Desk, chat_of
from channels.telegram.outgoing import Outbox
from channels.telegram.words import words

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
# b3 · b3-2 (3栋2单元) · elder · elder-b3-2 (the same, in 长辈模式)
_PAYLOAD = re.compile(r"(?P<elder>elder)?-?(?:b(?P<building>\d{1,3})(?:-(?P<unit>\d{1,2}))?)?")

CommandHandlers = list[
    CommandHandler[ContextTypes.DEFAULT_TYPE, None]
    | MessageHandler[ContextTypes.DEFAULT_TYPE, None]
]


class Commands:
    """Answers the commands; most of them say something to the dialogue for the person."""

    def __init__(self, parts: Parts, desk: Desk, outbox: Outbox) -> None:
        self._parts, self._desk, self._outbox = parts, desk, outbox

    def handlers(self) -> CommandHandlers:
        """Return the handlers, the one for unknown commands last."""
        known = {
            "start": self.on_start,
            "help": self.on_help,
            "tickets": self.on_word,
            "human": self.on_word,
            "call": self.on_word,
            "elder": self.on_elder,
            "cancel": self.on_word,
        }
        return [
            *(CommandHandler(name, on, PRIVATE) for name, on in known.items()),
            MessageHandler(PRIVATE & filters.COMMAND, self.on_unknown),
        ]

    async def on_start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet; a deep link brings the building (``b3-2``) and perhaps 长辈模式."""
        payload = _PAYLOAD.fullmatch("".join(context.args or ()))
        if payload and payload["elder"]:
            self._set_audience(update, Audience.ELDERLY)
        if payload and payload["building"]:
            place = _place(payload["building"], payload["unit"])
            await self._outbox.say(chat_of(update), words().welcome.format(place=place))
            await self._desk.answer(update, text=place)
        else:
            await self._desk.answer(update, text=words().said["greeting"])

    async def on_help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what can be done here."""
        await self._outbox.say(chat_of(update), words().help)

    async def on_unknown(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say which commands there are."""
        await self._outbox.say(chat_of(update), f"{words().unknown_command}\n\n{words().help}")

    async def on_elder(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Switch 长辈模式 on or off."""
        conversation = self._desk.conversation(chat_of(update))
        is_on = conversation.audience is Audience.ELDERLY
        self._set_audience(update, Audience.STANDARD if is_on else Audience.ELDERLY)
        await self._outbox.say(chat_of(update), words().elder_off if is_on else words().elder_on)

    async def on_word(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say the command's word to the dialogue."""
        text = (update.message.text if update.message else None) or ""
        name = re.split(r"[\s@]", text.lstrip("/"), maxsplit=1)[0].lower()
        await self._desk.answer(update, text=words().said[name])

    def _set_audience(self, update: Update, audience: Audience) -> None:
        conversation = self._desk.conversation(chat_of(update))
        self._parts.conversations.set_audience(conversation.id, audience)


def menu() -> list[BotCommand]:
    """Return the commands as Telegram shows them."""
    return [BotCommand(name, text) for name, text in words().menu.items()]


def _place(building: str, unit: str | None) -> str:
    template = words().said["unit" if unit else "building"]
    return template.format(building=int(building), unit=int(unit or 0))
