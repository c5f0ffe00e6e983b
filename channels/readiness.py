"""Readiness: a turn is answered warm before anybody is told that we are ready."""

import asyncio
import logging
import secrets
from typing import Any

import httpx

from channels.dialogue import Utterance
from channels.errors import DialogueUnavailableError
from channels.parts import Parts

logger = logging.getLogger(__name__)

# One for each path that has something to load: words, knowledge, a draft.
WARM_UP = ("您好", "居住证怎么办理", "要带什么材料", "楼道灯坏了", "算了,不报了")
RETRY_S = 0.5


class Readiness:
    """Knows whether the first resident would wait."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.is_ready = False

    async def warm_up(self) -> None:
        """Talk to the dialogue until it answers everything, then say ready."""
        for _ in range(2):  # the second round runs on what the first has loaded
            for text in WARM_UP:
                await self._until_answered(text)
        self.is_ready = True
        logger.info("ready")

    async def _until_answered(self, text: str) -> None:
        utterance = Utterance(
            sender=f"warmup-{secrets.token_hex(4)}",
            text=text,
            audience="standard",
            metadata={"channel": "warmup", "message_id": secrets.token_hex(8)},
        )
        while True:
            try:
                await self._parts.dialogue.respond(utterance)
                return
            except DialogueUnavailableError:
                await asyncio.sleep(RETRY_S)

    async def health(self) -> dict[str, Any]:
        """Return what each process says of itself; a silent one is ``down``."""
        settings = self._parts.settings
        doors = {
            "rasa": f"{settings.rasa_url}/webhooks/linli/",
            "actions": f"{settings.embedding_url}/healthz",
            "tickets": f"{settings.tickets_url}/healthz",
            "grid": f"{settings.grid_page_url}/grid/api/healthz",
        }
        if settings.voice_url:
            doors["voice"] = f"{settings.voice_url}/healthz"
        answers = await asyncio.gather(*(self._ask(url) for url in doors.values()))
        parts = dict(zip(doors, answers, strict=True))
        is_well = self.is_ready and all(part["status"] == "ok" for part in answers)
        return {"status": "ok" if is_well else "degraded", "ready": self.is_ready, **parts}

    async def _ask(self, url: str) -> dict[str, Any]:
        try:
            answer = await self._parts.client.get(url, timeout=2.0)
            said: dict[str, Any] = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return {"status": "down"}
        return {"status": "ok" if answer.is_success else "down", **said}
