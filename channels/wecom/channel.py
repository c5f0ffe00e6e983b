"""What WeCom does otherwise: always sealed, another address and token, no 48-hour window."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from channels.errors import SettingsError
from channels.parts import Parts
from channels.settings import Settings
from channels.wechat.api import WechatApi
from channels.wechat.channel import Wechat
from channels.wechat.crypto import Seal
from channels.wechat.door import Door, Knock
from channels.wechat.pace import Pace

OFFICIAL = "https://qyapi.weixin.qq.com"


def _now() -> datetime:
    return datetime.now(UTC)


def create_wecom(
    parts: Parts,
    pace: Pace | None = None,
    clock: Callable[[], datetime] = _now,
    client: httpx.AsyncClient | None = None,
) -> Wechat:
    """Return the channel for ``parts``; ``client`` calls WeCom, if not its public address.

    Raises:
        SettingsError: a setting is missing or cannot be used.
    """
    pace, settings = pace or Pace(), parts.settings
    if not settings.wecom_agent.isdecimal():
        raise SettingsError("LINLI_WECOM_AGENT", "the application's AgentId is expected")
    if not (settings.wecom_corp and settings.wecom_secret):
        raise SettingsError("LINLI_WECOM_SECRET", "needed with LINLI_WECOM_CORP")
    seal = Seal(settings.wecom_aes_key, settings.wecom_corp, "LINLI_WECOM_AES_KEY")
    door = WecomDoor(settings.wecom_token, seal, pace.fresh, clock)
    return Wechat(parts, door, WecomApi(settings, pace, client), pace, clock)


class WecomDoor(Door):
    """Everything is sealed, the proof at the beginning too; only sealed content is signed."""

    path: ClassVar[str] = "/wecom"

    def __init__(
        self, token: str, seal: Seal, fresh: timedelta, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(token, seal, fresh, clock)
        self._sealed_with = seal

    def verify(self, knock: Knock, echo: str) -> str:
        """Return the echo, opened."""
        self._check(knock)
        return self._unseal(self._sealed_with, knock, echo).decode()

    def _check(self, knock: Knock) -> None:
        self._check_fresh(knock)


class WecomApi(WechatApi):
    """Calls WeCom for one application; it may speak to its people at any time."""

    channel: ClassVar[str] = "wecom"
    has_grants: ClassVar[bool] = False
    has_menus: ClassVar[bool] = False

    def __init__(
        self, settings: Settings, pace: Pace, client: httpx.AsyncClient | None = None
    ) -> None:
        self._appid, self._secret = settings.wecom_corp, settings.wecom_secret
        self._agent = int(settings.wecom_agent)
        self._open(settings.wecom_api_url or OFFICIAL, pace, client)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.call("/cgi-bin/message/send", {"agentid": self._agent, **message})

    async def _fetch_token(self, *, is_refused: bool) -> httpx.Response:
        """Fetch a token; WeCom gives the same one until it ends, also to other processes."""
        params = {"corpid": self._appid, "corpsecret": self._secret}
        return await self._request("GET", "/cgi-bin/gettoken", params=params)
