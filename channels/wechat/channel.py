"""The WeChat channel's life: its door is always there; it calls WeChat only when it must."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import APIRouter

from channels.conversations import Conversation
from channels.errors import OutOfReachError, PushFailedError
from channels.news import News
from channels.parts import Parts
from channels.wechat.api import WechatApi
from channels.wechat.crypto import Seal
from channels.wechat.desk import Desk
from channels.wechat.door import Door, create_router
from channels.wechat.exchanges import Exchanges
from channels.wechat.incoming import Incoming
from channels.wechat.outgoing import Item, split
from channels.wechat.pace import Pace

LAST_ANSWERS_S = 3.0  # for what is being answered when the gateway stops


def _now() -> datetime:
    return datetime.now(UTC)


def create_wechat(
    parts: Parts,
    pace: Pace | None = None,
    clock: Callable[[], datetime] = _now,
    client: httpx.AsyncClient | None = None,
) -> "Wechat":
    """Return the channel for ``parts``; ``client`` calls WeChat, if not its public address.

    Raises:
        SettingsError: the sealing key cannot be used.
    """
    pace, settings = pace or Pace(), parts.settings
    seal = None
    if settings.wechat_aes_key:
        seal = Seal(settings.wechat_aes_key, settings.wechat_appid)
    door = Door(settings.wechat_token, seal, pace.fresh, clock)
    return Wechat(parts, door, WechatApi(settings, pace, client), pace, clock)


class Wechat:
    """An account at the door; ``router`` belongs into the gateway's application."""

    router: APIRouter

    def __init__(
        self, parts: Parts, door: Door, api: WechatApi, pace: Pace, clock: Callable[[], datetime]
    ) -> None:
        self._parts, self._clock, self._api = parts, clock, api
        desk = Desk(parts, api, clock)
        self.exchanges = Exchanges(desk, pace.answer_s)
        self.router = create_router(door, self.exchanges.take, desk.follow_up)
        self._sent: dict[int, int] = {}  # of news that were interrupted: messages gone out

    async def start(self) -> None:
        """Let news go out here, and give what was promised; the door needs no start."""
        self._parts.news.register_push(self._api.channel, self.push)
        owed = self._parts.promises.owed(self._api.channel)
        self.exchanges.resume([Incoming.from_fields(fields) for fields in owed])

    async def stop(self) -> None:
        """Bring what is being answered, then let go of connections."""
        try:
            async with asyncio.timeout(LAST_ANSWERS_S):
                await self.exchanges.settle()
        except TimeoutError:
            pass
        await self._api.close()

    async def push(self, conversation: Conversation, news: News) -> None:
        """Send news as customer-service messages (客服消息), all of them or none.

        Raises:
            OutOfReachError: not until the person writes again.
            WechatAwayError: not now.
        """
        item = Item.of_news(news, conversation.audience)
        messages = _messages(item) if self._api.has_menus else _texts(item)
        done = self._sent.pop(news.id, 0)
        if conversation.account is None or not self._may_send(conversation, len(messages) - done):
            raise OutOfReachError
        for number, message in enumerate(messages[done:], done):
            try:
                self._parts.reach.spend(conversation.id, self._clock())
                await self._api.send(conversation.account, message)
            except OutOfReachError:
                self._parts.reach.close(conversation.id)
                raise
            except PushFailedError:
                self._sent[news.id] = number
                raise

    def _may_send(self, conversation: Conversation, count: int) -> bool:
        if not self._api.has_grants:
            return True
        return self._parts.reach.remaining(conversation.id, self._clock()) >= count


def _texts(item: Item) -> list[dict[str, Any]]:
    """Return what is sent for an item where nothing can be tapped: options have numbers."""
    return [{"msgtype": "text", "text": {"content": text}} for text in split(item.lines(1))]


def _messages(item: Item) -> list[dict[str, Any]]:
    """Return what is sent for an item: texts, and options that can be tapped under the last."""
    texts = split(item.text)
    messages = _texts(Item(text=item.text))
    if item.choices:
        options = [
            {"id": choice.token, "content": f"{number}. {choice.title}"}
            for number, choice in enumerate(item.choices, 1)
        ]
        menu = {"head_content": texts[-1] if texts else "", "list": options, "tail_content": ""}
        messages[-1:] = [{"msgtype": "msgmenu", "msgmenu": menu}]
    return messages
