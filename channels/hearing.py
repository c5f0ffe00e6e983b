"""The way to the voice process: a sound in, words out, and words in, a sound out."""

import logging
from dataclasses import dataclass
from typing import Protocol

import httpx

from channels.errors import BadMessageError, HearingUnavailableError, RefusedMediaError
from channels.settings import Settings

logger = logging.getLogger(__name__)

# A sound waits for others and takes about as long as it lasts.
HEAR_TIMEOUT = httpx.Timeout(120.0, connect=2.0)
SPEAK_TIMEOUT = httpx.Timeout(30.0, connect=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said; ``is_clear`` is False where it was guessed, ``text`` empty where nothing."""

    text: str
    is_clear: bool = True


class Hearing(Protocol):
    """Hears and speaks."""

    @property
    def is_open(self) -> bool:
        """Whether there is anybody to ask; if not, people are asked to write."""
        ...

    async def hear(self, content: bytes) -> Heard:
        """Return what is said in a sound of any usual form; nothing of it is kept.

        Raises:
            RefusedMediaError: it is no sound.
            BadMessageError: it is too long.
            HearingUnavailableError: it cannot be heard now.
        """
        ...

    async def speak(self, text: str) -> bytes:
        """Return ``text`` as a WAV file.

        Raises:
            HearingUnavailableError: nothing can be said now.
        """
        ...


class VoiceService:
    """Asks the voice process over loopback; closed where no address is set."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client, self._url = client, settings.voice_url
        self._headers = {"Authorization": f"Bearer {settings.internal_token}"}

    @property
    def is_open(self) -> bool:
        """Whether an address is set."""
        return bool(self._url)

    async def hear(self, content: bytes) -> Heard:
        """Return what is said in ``content``."""
        answer = await self._post("/hear", patience=HEAR_TIMEOUT, content=content)
        try:
            found = answer.json()
            return Heard(text=str(found["text"]), is_clear=bool(found["is_clear"]))
        except (ValueError, KeyError, TypeError) as error:
            raise HearingUnavailableError from error

    async def speak(self, text: str) -> bytes:
        """Return ``text`` as a WAV file."""
        return (await self._post("/speak", patience=SPEAK_TIMEOUT, json={"text": text})).content

    async def _post(self, path: str, *, patience: httpx.Timeout, **what: object) -> httpx.Response:
        if not self.is_open:
            raise HearingUnavailableError
        try:
            answer = await self._client.post(
                f"{self._url}{path}",
                headers=self._headers,
                timeout=patience,
                **what,  # type: ignore[arg-type]  # content or json
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HearingUnavailableError from error
        if answer.status_code == 415:
            raise RefusedMediaError
        if answer.status_code == 413:
            raise BadMessageError("voice_too_long")
        if not answer.is_success:
            logger.warning("the voice process refused: %s", answer.status_code)
            raise HearingUnavailableError
        return answer
