"""Messages that are no commands: words, places, pictures, and what we cannot read."""

from collections.abc import Sequence

from telegram import Message, Update
from telegram.ext import ContextTypes, MessageHandler, filters

from channels.message import Location
from channels.telegram.albums import Albums
from channels.telegram.commands import PRIVATE
from channels.telegram.desk import Desk, chat_of
from channels.telegram.files import picture_of
from channels.telegram.outgoing import Outbox
from channels.telegram.words import words

PICTURE = filters.PHOTO | filters.VIDEO | filters.Document.ALL
MessageHandlers = list[MessageHandler[ContextTypes.DEFAULT_TYPE, None]]


class Messages:
    """Takes what people write, point to and photograph."""

    def __init__(self, desk: Desk, outbox: Outbox, albums: Albums) -> None:
        self._desk, self._outbox, self._albums = desk, outbox, albums

    def handlers(self) -> MessageHandlers:
        """Return the handlers but the last resort."""
        edited = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
        return [
            MessageHandler(edited, self.on_edit),
            MessageHandler(PRIVATE & filters.TEXT & ~filters.COMMAND, self.on_text),
            MessageHandler(PRIVATE & filters.LOCATION, self.on_location),
            MessageHandler(PRIVATE & filters.CONTACT, self.on_contact),
            MessageHandler(PRIVATE & PICTURE, self.on_pictures),
        ]

    def last_resort(self) -> MessageHandlers:
        """Return the handler for everything that nobody else takes."""
        anything = PRIVATE & ~filters.StatusUpdate.ALL
        return [MessageHandler(anything, self.on_unsupported)]

    async def on_text(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Pass words on."""
        await self._desk.answer(update, text=update.message.text if update.message else None)

    async def on_location(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Pass a point on; of a live location only this first one."""
        point = update.message.location if update.message else None
        if point is not None:
            location = Location(latitude=point.latitude, longitude=point.longitude)
            await self._desk.answer(update, location=location)

    async def on_contact(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Pass a shared telephone number on as if it had been typed."""
        contact = update.message.contact if update.message else None
        if contact is not None:
            await self._desk.answer(update, text=contact.phone_number)

    async def on_pictures(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Pass pictures on with their caption; an album is one message."""
        messages = await self._albums.gather(update)
        attachments = [a for a in map(picture_of, messages) if a is not None]
        if messages and not attachments:
            await self.on_unsupported(update, context)
            return
        kept = [await self._desk.keep(update, attachment) for attachment in attachments]
        media = tuple(media_id for media_id in kept if media_id is not None)
        caption = _caption(messages)
        if media or caption:
            await self._desk.answer(update, text=caption, media=media)

    async def on_edit(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say that the first wording counts; a live location that moves is no edit."""
        message = update.edited_message
        if message is not None and message.location is None:
            await self._outbox.say(chat_of(update), words().edited)

    async def on_unsupported(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what can be sent instead."""
        await self._outbox.say(chat_of(update), words().unsupported)


def _caption(messages: Sequence[Message]) -> str | None:
    return "\n".join(message.caption for message in messages if message.caption) or None
