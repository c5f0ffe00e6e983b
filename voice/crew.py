"""Keeps one recogniser at work in a process of its own, and ends it when it is stuck."""

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

from voice.errors import KNOWN, BusyError, RecogniserFailedError
from voice.recogniser import Heard
from voice.worker import LENGTH

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "voice.worker")
START_S = 300.0  # the first time the model is put together and the vocabulary is read
LINE_LIMIT = 1 << 20  # bytes of an answer


class Crew:
    """One worker, one sound at a time; a few more may wait."""

    def __init__(
        self, *, timeout_s: float, waiting: int, command: Sequence[str] = COMMAND
    ) -> None:
        self._timeout_s, self._room, self._command = timeout_s, waiting, command
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._is_loaded = False

    @property
    def is_ready(self) -> bool:
        """Whether the recogniser is loaded and alive."""
        is_alive = self._process is not None and self._process.returncode is None
        return is_alive and self._is_loaded

    async def start(self) -> None:
        """Load the recogniser.

        Raises:
            RecogniserFailedError: it ends at once or does not get ready.
        """
        async with self._turn:
            await self._started()

    async def stop(self) -> None:
        """End the recogniser."""
        await self._end()

    async def hear(self, content: bytes) -> Heard:
        """Return what is said in ``content``, when its turn has come.

        Raises:
            BusyError: too many wait already.
            UnreadableSoundError: it is no sound.
            TooLongError: it is too long.
            RecogniserFailedError: the recogniser fell or took too long; it is started again.
        """
        if not self._room:
            raise BusyError
        self._room -= 1
        try:
            async with self._turn:
                process = await self._started()
                answer = await self._ask(process, content)
        finally:
            self._room += 1
        if name := answer.get("error"):
            raise KNOWN.get(name, RecogniserFailedError)
        return Heard(**answer)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._is_loaded = False
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
        )
        await self._read(process, START_S)
        self._is_loaded = True
        return process

    async def _ask(self, process: asyncio.subprocess.Process, content: bytes) -> dict[str, Any]:
        try:
            assert process.stdin is not None  # noqa: S101 - it was asked for
            process.stdin.write(LENGTH.pack(len(content)) + content)
            await process.stdin.drain()
        except OSError as error:
            await self._end()
            raise RecogniserFailedError from error
        except asyncio.CancelledError:
            await self._end()
            raise
        return await self._read(process, self._timeout_s)

    async def _read(self, process: asyncio.subprocess.Process, seconds: float) -> dict[str, Any]:
        """Return the next answer; without one the process is ended, so that no answer is late."""
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            async with asyncio.timeout(seconds):
                line = await process.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
        except (TimeoutError, ValueError) as error:
            logger.error("the recogniser gave no answer: %s", type(error).__name__)
            await self._end()
            raise RecogniserFailedError from error
        except asyncio.CancelledError:
            await self._end()
            raise
        return answer

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
