"""The voice process: ``POST /hear`` takes a sound, ``POST /speak`` words; with the token.

Neither what is heard nor what is said is kept or logged.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from voice.errors import RecogniserFailedError, TooLongError, VoiceError
from voice.recogniser import Heard
from voice.settings import Settings

logger = logging.getLogger(__name__)

SOUND_LIMIT = 20 * 1024 * 1024  # bytes
TEXT_LIMIT = 4000  # characters


class Ear(Protocol):
    """Turns sound into text."""

    @property
    def is_ready(self) -> bool:
        """Whether the next sound is heard without delay."""
        ...

    async def start(self) -> None:
        """Load what is needed."""
        ...

    async def stop(self) -> None:
        """Let go of it."""
        ...

    async def hear(self, content: bytes) -> Heard:
        """Return what is said in ``content``."""
        ...


class Mouth(Protocol):
    """Turns text into sound."""

    @property
    def is_installed(self) -> bool:
        """Whether anything can be said."""
        ...

    async def speak(self, text: str) -> bytes:
        """Return a WAV file."""
        ...


class Words(BaseModel):
    """What is to be said."""

    text: str = Field(min_length=1, max_length=TEXT_LIMIT)


def create_app(settings: Settings, ear: Ear, mouth: Mouth) -> FastAPI:
    """Return the application; the recogniser is loaded in the background of its lifespan."""

    async def load() -> None:
        with suppress(RecogniserFailedError):  # logged; the next sound tries again
            await ear.start()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(load())
        yield
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await ear.stop()

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.exception_handler(VoiceError)
    async def refuse(_request: Request, error: VoiceError) -> JSONResponse:
        return JSONResponse({"error": type(error).__name__}, error.status)

    @app.get("/healthz")
    async def healthz() -> dict[str, Any]:
        """Return what can be done at the moment."""
        status = "ok" if ear.is_ready else "down"
        return {"status": status, "hears": ear.is_ready, "speaks": mouth.is_installed}

    app.include_router(_doors(settings, ear, mouth))
    return app


def _doors(settings: Settings, ear: Ear, mouth: Mouth) -> APIRouter:
    expected = f"Bearer {settings.internal_token}".encode()

    def know(authorization: Annotated[str, Header()] = "") -> None:
        if not settings.internal_token or not secrets.compare_digest(
            authorization.encode(), expected
        ):
            raise HTTPException(403)

    router = APIRouter(dependencies=[Depends(know)])

    @router.post("/hear")
    async def hear(request: Request) -> dict[str, Any]:
        """Return what is said in the body, a sound in any usual form."""
        started = time.monotonic()
        heard = await ear.hear(await _body(request))
        took_ms = (time.monotonic() - started) * 1000
        logger.info("heard seconds=%.1f clear=%s ms=%d", heard.seconds, heard.is_clear, took_ms)
        return heard.as_dict()

    @router.post("/speak")
    async def speak(words: Words) -> Response:
        """Return the words as a WAV file."""
        return Response(await mouth.speak(words.text), media_type="audio/wav")

    return router


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > SOUND_LIMIT:
            raise TooLongError
    return bytes(body)
