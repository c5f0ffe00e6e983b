"""A small exchange: one caller who presses keys and speaks, over a real WebSocket."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from channels.errors import HearingUnavailableError
from channels.gateway import create_app
from channels.hearing import Heard
from channels.parts import Parts
from channels.telephone.line import QUIET_FRAMES
from channels.telephone.sound import FRAME, RATE, SILENCE, encode, to_wav
from tests.channels.office import Talker, settings

KEY = "a-telephone-key"
QUIET = SILENCE * FRAME
TONE = encode((np.sin(np.arange(FRAME) / 4) * 9000).astype(np.int16))
PATIENCE_S = 60.0


@dataclass
class Voice:
    """Hears what the caller says next, and remembers what was said to them."""

    is_open: bool = True
    is_down: bool = False
    says: deque[str] = field(default_factory=deque)
    spoken: list[str] = field(default_factory=list)
    sounds: list[bytes] = field(default_factory=list)

    async def hear(self, content: bytes) -> Heard:
        if self.is_down:
            raise HearingUnavailableError
        self.sounds.append(content)
        text = self.says.popleft()
        return Heard(text=text, is_clear=bool(text))

    async def speak(self, text: str) -> bytes:
        if self.is_down:
            raise HearingUnavailableError
        self.spoken.append(text)
        return to_wav(QUIET * 5)


@dataclass
class Exchange:
    """The gateway on a port, with the telephone open."""

    port: int
    parts: Parts
    dialogue: Talker
    voice: Voice

    @asynccontextmanager
    async def call(self, caller: str = "01000000007", key: str = KEY) -> AsyncIterator["Caller"]:
        async with calling(self.port, caller, key) as phone:
            yield phone


@asynccontextmanager
async def calling(port: int, caller: str, key: str = KEY) -> AsyncIterator["Caller"]:
    """Bring a call to a gateway, as an exchange does."""
    url = f"ws://linli:{key}@127.0.0.1:{port}/telephone"
    async with connect(url, proxy=None, subprotocols=["media"]) as socket:  # type: ignore[list-item]
        phone = Caller(socket)
        variables = {"caller": caller} if caller else {}
        await phone.tell("MEDIA_START", format="ulaw", channel_variables=variables)
        phone.reading = asyncio.create_task(phone.read())
        yield phone
        await socket.close()
        await phone.reading


@dataclass
class Caller:
    """Hears each sentence to its end, then does something."""

    socket: ClientConnection
    commands: list[str] = field(default_factory=list)
    bytes_heard: int = 0
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    reading: asyncio.Task[None] | None = None

    async def read(self) -> None:
        try:
            async for message in self.socket:
                await self._take(message)
        except ConnectionClosed:
            pass

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.bytes_heard += len(message)
            return
        command = json.loads(message)
        self.commands.append(command["command"])
        if command["command"] == "STOP_MEDIA_BUFFERING":
            self.ended.put_nowait(command["correlation_id"])
        elif command["command"] == "HANGUP":
            self.ended.put_nowait("")

    async def listen(self) -> None:
        """Wait until the next words are at their end, and say so as an exchange does."""
        async with asyncio.timeout(PATIENCE_S):
            number = await self.ended.get()
        if number:
            await self.tell("MEDIA_BUFFERING_COMPLETED", correlation_id=number)

    async def press(self, key: str) -> None:
        await self.listen()
        await self.tell("DTMF_END", digit=key)

    async def speak(self, frames: int = 50) -> None:
        await self.listen()
        await self.say(TONE * frames)

    async def say(self, sound: bytes) -> None:
        """Say a sound in µ-law and keep silent until it is taken for ended."""
        for part in (QUIET * 5, sound, QUIET * (QUIET_FRAMES + 10)):
            for start in range(0, len(part), FRAME):
                await self.socket.send(part[start : start + FRAME])

    async def keep_silent(self) -> None:
        await self.listen()
        for _ in range(RATE * 9 // FRAME):
            await self.socket.send(QUIET)

    async def tell(self, event: str, **more: Any) -> None:
        await self.socket.send(json.dumps({"event": event, "channel_id": "1.1", **more}))


@asynccontextmanager
async def open_exchange(home: Path) -> AsyncIterator[Exchange]:
    """Serve the whole gateway on loopback, the telephone open."""
    dialogue, voice = Talker(), Voice()
    known = settings(home, LINLI_TELEPHONE_KEY=KEY)
    parts = Parts.assemble(known, dialogue=dialogue, hearing=voice)
    async with on_a_port(parts) as port:
        yield Exchange(port=port, parts=parts, dialogue=dialogue, voice=voice)


@asynccontextmanager
async def on_a_port(parts: Parts) -> AsyncIterator[int]:
    """Serve a gateway on loopback until the block ends."""
    config = uvicorn.Config(
        create_app(parts), port=0, log_level="warning", ws="websockets-sansio", lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE_S):
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield port
    finally:
        server.should_exit = True
        await serving
        await parts.close()
