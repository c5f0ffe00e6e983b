"""A robot in a WeCom group (群机器人): tells the workers there what has to be looked at.

It says numbers, kinds and buildings, and nothing of what somebody wrote: a group has many
readers. News wait like any other while WeCom is away, or while its 20 messages a minute are used.
"""

import asyncio
import logging
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from fastapi import APIRouter

from channels.conversations import Conversation
from channels.errors import PushFailedError, SettingsError
from channels.message import Audience, Outcome, Turn
from channels.news import News
from channels.parts import Parts
from channels.texts import channel_name

logger = logging.getLogger(__name__)

CHANNEL, GROUP = "robot", "group"
FILED = {Outcome.TICKET: "filed", Outcome.EMERGENCY: "emergency"}


@cache
def words() -> dict[str, str]:
    """Return what the robot says, read once."""
    path = Path(__file__).with_name("texts.yml")
    loaded: dict[str, str] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


class Robot:
    """Hears of emergencies, new tickets and people who wait, and posts a line of each."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._url = parts, parts.settings.wecom_robot
        if not (self._url.startswith(("https://", "http://")) and "key=" in self._url):
            raise SettingsError("LINLI_WECOM_ROBOT", "the robot's address with its key expected")
        self.router = APIRouter()
        self._pushing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen for what workers should know."""
        self._parts.news.register_push(CHANNEL, self.push)
        self._parts.turns.observe(self._on_turn)
        self._parts.handover.observe(self._on_waiting)

    async def stop(self) -> None:
        """Let what is being said be said."""
        await asyncio.gather(*self._pushing, return_exceptions=True)

    async def push(self, _conversation: Conversation, news: News) -> None:
        """Post a line to the group, or raise PushFailedError."""
        text = "\n".join(reply["text"] for reply in news.body["replies"])
        body = {"msgtype": "text", "text": {"content": text}}
        try:
            answer = await self._parts.client.post(self._url, json=body)
            code = answer.raise_for_status().json().get("errcode")
        except (httpx.HTTPError, ValueError) as error:  # its message would hold the key
            logger.warning("the robot was not heard: %s", type(error).__name__)
            raise PushFailedError from None
        if code != 0:
            logger.warning("wecom refuses the robot's message: errcode %s", code)
            raise PushFailedError

    def _on_turn(self, channel: str, turn: Turn, _seconds: float) -> None:
        number = (turn.ticket or {}).get("number")
        word = FILED.get(turn.outcome)
        if word and number:
            self._tell(f"robot-{number}", words()[word], channel, turn.ticket or {})

    def _on_waiting(self, conversation: Conversation, since: str) -> None:
        key = f"robot-waits-{conversation.id}-{since}"
        self._tell(key, words()["waiting"], conversation.channel, {})

    def _tell(self, key: str, template: str, channel: str, ticket: dict[str, Any]) -> None:
        """Keep a line for the group; the same ticket or wait is told once."""
        text = template.format(
            channel=channel_name(channel),
            number=ticket.get("number", ""),
            kind=(ticket.get("category") or {}).get("name", ""),
            place=ticket.get("building") or words()["somewhere"],
        )
        body = {
            "replies": [{"text": text, "choices": [], "citations": []}],
            "outcome": "answer",
            "ticket": None,
        }
        group = self._parts.conversations.for_account(CHANNEL, GROUP, Audience.STANDARD)
        self._parts.news.keep(group.id, key, body)
        task = asyncio.get_running_loop().create_task(self._push_all(group))
        self._pushing.add(task)
        task.add_done_callback(self._pushing.discard)

    async def _push_all(self, group: Conversation) -> None:
        try:
            await self._parts.news.push_waiting(group)
        except PushFailedError:
            logger.warning("news for the group wait until wecom takes them")
