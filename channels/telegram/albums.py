"""Albums: Telegram sends each picture of an album as an update of its own; we hear them as one."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from telegram import Message, Update

ALBUMS_KEPT = 256


@dataclass(slots=True, kw_only=True)
class _Album:
    leader: int  # the update that answers for all
    parts: list[Message] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    is_closed: bool = False


class Albums:
    """Collects the pictures that belong together; keeps them for a second try."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._albums: OrderedDict[tuple[int, str], _Album] = OrderedDict()

    def join(self, update: Update) -> bool:
        """Add a picture; return whether another update already answers for its album."""
        message = update.message
        if message is None or message.media_group_id is None:
            return False
        key = (message.chat.id, message.media_group_id)
        album = self._albums.get(key)
        if album is not None and album.leader == update.update_id:  # a second try
            return False
        if album is None or album.is_closed:  # closed: too late, it is told by itself
            self._albums[key] = _Album(leader=update.update_id, parts=[message])
            if len(self._albums) > ALBUMS_KEPT:
                self._albums.popitem(last=False)
            return False
        album.parts.append(message)
        album.bell.set()
        return True

    async def gather(self, update: Update) -> tuple[Message, ...]:
        """Return all pictures of the update's album, in their order; none if another answers."""
        message = update.message
        if message is None:
            return ()
        album = self._albums.get((message.chat.id, message.media_group_id or ""))
        if album is None:
            return (message,)
        if album.leader != update.update_id:
            return ()
        while not album.is_closed:
            try:
                await asyncio.wait_for(album.bell.wait(), self._pause_s)
                album.bell.clear()
            except TimeoutError:
                album.is_closed = True
        return tuple(sorted(album.parts, key=lambda part: part.message_id))
