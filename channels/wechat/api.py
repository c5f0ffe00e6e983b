"""WeChat's own interface: the shared access token, messages, files, the menu and QR codes."""

import asyncio
import json
import logging
import time
from typing import Any, ClassVar

import httpx

from channels.errors import ChannelError, OutOfReachError, PushFailedError, RefusedMediaError
from channels.media import SIZE_LIMIT
from channels.settings import Settings
from channels.wechat.pace import Pace

logger = logging.getLogger(__name__)

OFFICIAL = "https://api.weixin.qq.com"
STALE = frozenset({40001, 40014, 42001})  # the access token is wrong or over
BUSY = frozenset({-1})
FORBIDDEN = frozenset({48001, 50001, 48004})  # the account may not do this at all
# 超过48小时 · 超过条数 · 未关注 · 不是本号的用户 · 用户受限
OUT_OF_REACH = frozenset({45015, 45047, 43004, 40003, 50005})
FORBIDDEN_S = 3600.0  # then it is tried again: the account may have been verified


class WechatAwayError(PushFailedError):
    """WeChat cannot be reached or is busy; the same may be tried later."""


class WechatRefusedError(ChannelError):
    """WeChat refused; ``code`` is its errcode."""

    key, status = "upstream_unavailable", 502

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code
        self.args = (f"errcode {code}",)


class WechatApi:
    """Calls WeChat for one account; without its secret nothing can be called."""

    channel: ClassVar[str] = "wechat"
    has_grants: ClassVar[bool] = True  # may speak unasked only after an act of the person
    has_menus: ClassVar[bool] = True  # options can be tapped

    def __init__(
        self, settings: Settings, pace: Pace, client: httpx.AsyncClient | None = None
    ) -> None:
        self._appid, self._secret = settings.wechat_appid, settings.wechat_secret
        self._open(settings.wechat_api_url or OFFICIAL, pace, client)

    def _open(self, url: str, pace: Pace, client: httpx.AsyncClient | None) -> None:
        self._pace = pace
        self._client = client or httpx.AsyncClient(
            base_url=url, timeout=pace.call_s, trust_env=False
        )
        self._token, self._token_until = "", 0.0
        self._renewing = asyncio.Lock()
        self._forbidden_until = 0.0

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    @property
    def can_speak(self) -> bool:
        """Whether the account may send messages without being asked, as far as is known."""
        return self._is_set_up and time.monotonic() >= self._forbidden_until

    @property
    def _is_set_up(self) -> bool:
        return bool(self._appid and self._secret)

    async def send(self, account: str, message: dict[str, Any]) -> None:
        """Send a customer-service message (客服消息).

        Raises:
            OutOfReachError: not to this person until they write again.
            WechatAwayError: not now.
        """
        if not self.can_speak:
            raise OutOfReachError
        try:
            await self._send({"touser": account, **message})
        except WechatRefusedError as error:
            if error.code in FORBIDDEN:
                self._forbidden_until = time.monotonic() + FORBIDDEN_S
            level = logging.INFO if error.code in OUT_OF_REACH else logging.ERROR
            logger.log(level, "wechat took no message: errcode %s", error.code)
            raise OutOfReachError from error

    async def _send(self, message: dict[str, Any]) -> None:
        await self.call("/cgi-bin/message/custom/send", message)

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post ``body`` and return the answer; a stale token is renewed once.

        Raises:
            WechatRefusedError: WeChat says no.
            WechatAwayError: it cannot be reached or stays busy.
        """
        content = json.dumps(body, ensure_ascii=False).encode()  # with \u escapes people see them
        answer = await self._authorised("POST", path, content=content)
        found: dict[str, Any] = _read(answer)
        return found

    async def download(self, media_id: str) -> bytes:
        """Return a file that somebody sent.

        Raises:
            RefusedMediaError: it is too large or gone.
            WechatAwayError: not now.
        """
        if not self._is_set_up:
            raise WechatAwayError
        try:
            answer = await self._authorised(
                "GET", "/cgi-bin/media/get", params={"media_id": media_id}
            )
        except WechatRefusedError as error:
            logger.warning("wechat gave no file: errcode %s", error.code)
            raise RefusedMediaError from error
        return answer.content

    async def _authorised(self, method: str, path: str, **content: Any) -> httpx.Response:
        params = content.pop("params", {})
        has_renewed, pauses = False, iter(self._pace.busy_s)
        while True:
            token = await self._access_token()
            answer = await self._request(
                method, path, params={"access_token": token, **params}, **content
            )
            code = _code(answer)
            if code in STALE and not has_renewed:
                has_renewed = True
                await self._renew(token)
            elif code in BUSY and (pause_s := next(pauses, None)) is not None:
                await asyncio.sleep(pause_s)
            elif code in BUSY:
                raise WechatAwayError
            elif code:
                raise WechatRefusedError(code)
            else:
                return answer

    async def _access_token(self) -> str:
        if time.monotonic() >= self._token_until:
            await self._renew(self._token)
        return self._token

    async def _renew(self, refused: str) -> None:
        """Fetch another token, unless somebody has while we waited.

        The stable interface gives every process the same token, so none ends another's; only
        one that WeChat itself has refused is made to end.
        """
        async with self._renewing:
            if self._token != refused:
                return
            is_refused = bool(refused) and time.monotonic() < self._token_until
            answer = await self._fetch_token(is_refused=is_refused)
            if code := _code(answer):
                logger.error("wechat gave no access token: errcode %s", code)
                raise WechatAwayError if code in BUSY else WechatRefusedError(code)
            found = _read(answer)
            self._token = str(found["access_token"])
            lasts_s = float(found["expires_in"]) - self._pace.early.total_seconds()
            self._token_until = time.monotonic() + max(lasts_s, 0.0)

    async def _fetch_token(self, *, is_refused: bool) -> httpx.Response:
        body = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": is_refused,
        }
        return await self._request("POST", "/cgi-bin/stable_token", json=body)

    async def _request(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            async with self._client.stream(method, path, **content) as answer:
                if int(answer.headers.get("content-length") or 0) > SIZE_LIMIT:
                    raise RefusedMediaError("media_too_large", limit=SIZE_LIMIT // 1024 // 1024)
                await answer.aread()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WechatAwayError from error
        if not answer.is_success:
            raise WechatAwayError
        return answer


def _code(answer: httpx.Response) -> int:
    """Return the errcode; a file has none."""
    if answer.content[:1] != b"{":
        return 0
    try:
        return int(answer.json().get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        return 0


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: dict[str, Any] = answer.json()
    except ValueError as error:
        raise WechatAwayError from error
    return found
