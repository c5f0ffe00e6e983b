"""One call on the wire, as Asterisk's WebSocket channel speaks: µ-law in binary, JSON in text.

What comes is put into turns: a key, a stretch of speech, silence, or the end of the call.
Time is counted in the frames that come, 20 ms each, so a slow machine hears no silence.
Source: Asterisk documentation, "WebSocket channel driver", control messages in JSON.
"""

import asyncio
import json
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from starlette.websockets import WebSocketDisconnect

from channels.telephone.sound import FRAME, is_loud

PIECE = 8000  # bytes sent at once, one second
QUIET_FRAMES = 90  # 1.8 s: the speaker has ended; old people pause within a sentence
SILENT_FRAMES = 400  # 8 s: nobody speaks
LONGEST_FRAMES = 1500  # 30 s of one speech
SHORTEST_FRAMES = 10  # 0.2 s; less was a knock
LEAD_FRAMES = 10  # kept from before the first loud frame
DEAD_S = 30.0  # no frame at all: the line is dead
_GONE = (RuntimeError, OSError, WebSocketDisconnect)
_T = TypeVar("_T")


class HungUpError(Exception):
    """The call has ended."""


class Socket(Protocol):
    """A WebSocket as Starlette has it."""

    def receive(self) -> Coroutine[Any, Any, Any]:
        """Return the next message."""
        ...

    def send_text(self, data: str) -> Coroutine[Any, Any, None]:
        """Send a control message."""
        ...

    def send_bytes(self, data: bytes) -> Coroutine[Any, Any, None]:
        """Send sound."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the caller did: pressed ``key``, spoke (``sound``, µ-law), or neither."""

    key: str = ""
    sound: bytes = b""


class Line:
    """Plays sound and waits for the caller."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._keys: list[str] = []
        self._played = 0
        self._may_send = asyncio.Event()
        self._may_send.set()
        self._number = 0
        self._reading: asyncio.Future[Any] | None = None

    async def started(self) -> dict[str, Any]:
        """Return what is told of the call at its beginning.

        Raises:
            HungUpError: it ended before.
        """
        while True:
            event = await self._next()
            if isinstance(event, dict) and event.get("event") == "MEDIA_START":
                return event

    async def play(self, sound: bytes) -> None:
        """Play µ-law ``sound`` to its end; a pressed key ends it at once.

        Raises:
            HungUpError: the caller is gone.
        """
        self._number += 1
        await self._command("START_MEDIA_BUFFERING")
        for start in range(0, len(sound), PIECE):
            await self._send(self._socket.send_bytes(sound[start : start + PIECE]))
            while not self._may_send.is_set():  # Asterisk holds some 18 seconds
                await self._next()
        await self._command("STOP_MEDIA_BUFFERING", correlation_id=str(self._number))
        while self._played < self._number:
            if self._keys:
                await self._command("FLUSH_MEDIA")
                return
            await self._next()

    async def listen(self) -> Turn:
        """Return what the caller does next.

        Raises:
            HungUpError: the caller is gone.
        """
        lead, spoken, quiet, waited = bytearray(), bytearray(), 0, 0
        while not self._keys:
            frame = await self._next()
            if not isinstance(frame, bytes):
                continue
            count = max(1, len(frame) // FRAME)
            waited += count
            if is_loud(frame):
                quiet = 0
                spoken = spoken or lead
                spoken += frame
            elif spoken:
                quiet += count
                spoken += frame
            else:
                lead = (lead + frame)[-LEAD_FRAMES * FRAME :]
            length = len(spoken) // FRAME
            if spoken and (quiet >= QUIET_FRAMES or length >= LONGEST_FRAMES):
                if length - quiet >= SHORTEST_FRAMES:
                    return Turn(sound=bytes(spoken))
                spoken, lead = bytearray(), bytearray()
            if not spoken and waited >= SILENT_FRAMES:
                return Turn()
        return Turn(key=self._keys.pop(0))

    async def meanwhile(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what ``work`` finds; what comes until then is read, or the exchange would wait.

        Keys count later, speech does not.

        Raises:
            HungUpError: the caller is gone; ``work`` was done all the same.
        """
        task = asyncio.create_task(work)
        try:
            while not task.done():
                reading = self._next_message()
                await asyncio.wait({task, reading}, return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    await self._next()
        except HungUpError:
            await asyncio.gather(task, return_exceptions=True)
            raise
        return task.result()

    def close(self) -> None:
        """Wait for nothing more."""
        if self._reading is not None:
            self._reading.cancel()

    async def hang_up(self) -> None:
        """End our side: the exchange goes on with the call, to a person."""
        await self._command("HANGUP")

    async def _next(self) -> dict[str, Any] | bytes:
        try:
            async with asyncio.timeout(DEAD_S):
                message = await self._next_message()
        except (TimeoutError, *_GONE) as error:
            raise HungUpError from error
        self._reading = None
        if message["type"] == "websocket.disconnect":
            raise HungUpError
        if (sound := message.get("bytes")) is not None:
            return bytes(sound)
        try:
            event = json.loads(message.get("text") or "")
        except ValueError:
            return {}
        if not isinstance(event, dict):
            return {}
        self._note(event)
        return event

    def _next_message(self) -> asyncio.Future[Any]:
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._socket.receive())
        return self._reading

    def _note(self, event: dict[str, Any]) -> None:
        kind = event.get("event")
        if kind == "DTMF_END":
            self._keys.append(str(event.get("digit", ""))[:1])
        elif kind == "MEDIA_BUFFERING_COMPLETED":
            number = str(event.get("correlation_id", ""))
            self._played = int(number) if number.isdecimal() else self._number
        elif kind == "MEDIA_XOFF":
            self._may_send.clear()
        elif kind == "MEDIA_XON":
            self._may_send.set()

    async def _command(self, command: str, **more: str) -> None:
        await self._send(self._socket.send_text(json.dumps({"command": command, **more})))

    @staticmethod
    async def _send(sending: Awaitable[None]) -> None:
        try:
            await sending
        except _GONE as error:
            raise HungUpError from error
