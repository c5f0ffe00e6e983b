"""Pictures, voice and short videos: fetched from Telegram, kept by the media store."""

import asyncio
from dataclasses import dataclass

from telegram import Bot, Message
from telegram.error import BadRequest, InvalidToken

from channels.errors import RefusedMediaError
from channels.media import SIZE_LIMIT, MediaStore

KINDS = ("image/", "video/", "audio/")  # of documents; the store looks at the content


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file at Telegram; ``size`` in bytes, 0 if it is not told."""

    file: str
    size: int = 0


def picture_of(message: Message) -> Attachment | None:
    """Return the picture or video of a message, a photo in its largest size that we may have."""
    if message.photo:
        fitting = [p for p in message.photo if (p.file_size or 0) <= SIZE_LIMIT]
        photo = max(fitting or message.photo[:1], key=lambda p: p.width * p.height)
        return Attachment(file=photo.file_id, size=photo.file_size or 0)
    found = message.document or message.video
    if found is None or message.animation is not None:
        return None
    if not (found.mime_type or "").startswith(KINDS):
        return None
    return Attachment(file=found.file_id, size=found.file_size or 0)


def voice_of(message: Message) -> Attachment | None:
    """Return what was spoken: a voice message, a sound file or a round video."""
    found = message.voice or message.audio or message.video_note
    return Attachment(file=found.file_id, size=found.file_size or 0) if found else None


async def keep(bot: Bot, store: MediaStore, conversation: str, attachment: Attachment) -> str:
    """Fetch a file, keep it for the conversation and return its media id.

    Raises:
        RefusedMediaError: too large, gone, or not what its name says.
        NetworkError: Telegram cannot be reached.
    """
    content = await fetch(bot, attachment)
    # Large pictures take a moment to be turned upright, others must not wait for it.
    return await asyncio.to_thread(store.save, conversation, content)


async def fetch(bot: Bot, attachment: Attachment) -> bytes:
    """Return what is in a file.

    Raises:
        RefusedMediaError: too large or gone.
        NetworkError: Telegram cannot be reached.
    """
    too_large = RefusedMediaError("media_too_large", limit=SIZE_LIMIT // 1024 // 1024)
    if attachment.size > SIZE_LIMIT:
        raise too_large
    try:
        file = await bot.get_file(attachment.file)
    except BadRequest as error:
        raise too_large if "too big" in error.message else RefusedMediaError() from error
    try:
        return bytes(await file.download_as_bytearray())
    except InvalidToken as error:  # so the library calls 404: the file is gone
        raise RefusedMediaError from error
