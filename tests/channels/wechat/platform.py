"""A small WeChat on loopback: it signs, seals, waits five seconds, tries three times, counts.

It keeps to the rules of 客服消息 with books of its own: every act of a person opens a time and a
number of messages, and each message counts against all that are open.
"""

import asyncio
import itertools
import json
import secrets
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.wechat.crypto import Seal, sign
from channels.wechat.envelope import read_fields

TOKEN, APPID, SECRET = "a-token", "wx1234567890abcdef", "a-secret"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
WANG, LI = "oWang000000000000000000000001", "oLi00000000000000000000000002"
OUT_OF_ORDER = "该公众号提供的服务出现故障,请稍后再试"
TRIES, WAITS_S = 3, 5.0
TAP = ("click", "scan", "subscribe")
MESSAGE_IDS = itertools.count(23_000_000_000_000_000)  # never twice, whoever restarts
Json = dict[str, Any]


@dataclass
class Clock:
    """The time that everybody goes by."""

    now: datetime = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **more: float) -> None:
        self.now += timedelta(**more)


@dataclass
class Platform:
    """The state of WeChat's side; people act through ``write``, ``tap`` and ``send``."""

    clock: Clock = field(default_factory=Clock)
    door: str = ""  # the address that it brings messages to
    seal: Seal | None = None
    is_wecom: bool = False  # 企业微信: signs only what is sealed, and counts no messages
    waits_s: float = WAITS_S
    tries: list[int] = field(default_factory=list)  # that each message took
    sent: list[Json] = field(default_factory=list)  # 客服消息
    calls: list[str] = field(default_factory=list)
    bodies: dict[str, Json] = field(default_factory=dict)  # the last one to each path
    tokens: set[str] = field(default_factory=set)
    refusals: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, bytes] = field(default_factory=dict)
    posts: int = 0  # tries in all
    lost: int = 0  # answers that are lost on their way before one arrives
    has_sent: asyncio.Event = field(default_factory=asyncio.Event)
    has_posted: asyncio.Event = field(default_factory=asyncio.Event)
    _acts: dict[str, list[tuple[datetime, timedelta, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _sent_at: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    client: httpx.AsyncClient = field(init=False)

    # --- what people do ---

    async def write(self, person: str, text: str, **more: str) -> str | None:
        return await self.send(person, "text", Content=text, **more)

    async def tap(self, person: str, event: str, key: str = "", **more: str) -> str | None:
        return await self.send(person, "event", Event=event, EventKey=key, **more)

    async def send(self, person: str, kind: str, **fields: str) -> str | None:
        """Return what the person reads at once, None for nothing."""
        message = self.message(person, kind, **fields)
        return await self.bring(message)

    def message(self, person: str, kind: str, **fields: str) -> Json:
        at = str(int(self.clock.now.timestamp()))
        base = {"ToUserName": ACCOUNT, "FromUserName": person, "CreateTime": at, "MsgType": kind}
        number = {} if kind == "event" else {"MsgId": str(next(MESSAGE_IDS))}
        self._note_act(person, fields.get("Event", "").lower(), "bizmsgmenuid" in fields)
        return {**base, **fields, **number}

    def _note_act(self, person: str, event: str, is_menu: bool) -> None:
        if event in TAP or is_menu:
            self._acts[person].append((self.clock.now, timedelta(minutes=1), 3))
        elif not event:
            self._acts[person].append((self.clock.now, timedelta(hours=48), 5))

    # --- what it brings ---

    async def bring(self, message: Json) -> str | None:
        """Bring a message until it is answered, as WeChat does."""
        for number in range(1, TRIES + 1):
            try:
                answer = await self.post(message)
            except httpx.TransportError:
                continue
            if self.lost:
                self.lost -= 1
                continue
            self.tries.append(number)
            return self.read(answer) if answer.status_code == 200 else OUT_OF_ORDER
        self.tries.append(TRIES)
        return OUT_OF_ORDER

    async def post(self, message: Json) -> httpx.Response:
        """Bring a message once."""
        self.posts += 1
        self.has_posted.set()
        body = as_xml(message)
        query = self.signed()
        if self.seal is not None:
            sealed = self.seal.close(body.encode())
            signature = sign(TOKEN, query["timestamp"], query["nonce"], sealed)
            query |= {"encrypt_type": "aes", "msg_signature": signature}
            body = as_xml({"ToUserName": ACCOUNT, "Encrypt": sealed})
        return await self.client.post(
            self.door, params=query, content=body.encode(), timeout=self.waits_s
        )

    def signed(self) -> dict[str, str]:
        timestamp, nonce = str(int(self.clock.now.timestamp())), secrets.token_hex(4)
        query = {"timestamp": timestamp, "nonce": nonce}
        return query if self.is_wecom else {"signature": sign(TOKEN, timestamp, nonce), **query}

    def read(self, answer: httpx.Response) -> str | None:
        if answer.text in {"", "success"}:
            return None
        fields = read_fields(answer.content)
        if self.seal is not None:
            signed = (TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert sign(*signed) == fields["MsgSignature"]
            fields = read_fields(self.seal.open(fields["Encrypt"]))
        assert fields["MsgType"] == "text"
        assert fields["FromUserName"] == ACCOUNT
        assert len(fields["Content"].encode()) <= 2048
        return fields["Content"]

    # --- what is seen ---

    def texts(self, person: str) -> list[str]:
        """Return what was sent to a person without being asked."""
        return [words_of(message) for message in self.sent if message["touser"] == person]

    async def arrivals(self, count: int) -> None:
        """Wait until so many messages have been sent in all."""
        async with asyncio.timeout(60):
            while len(self.sent) < count:
                self.has_sent.clear()
                await self.has_sent.wait()

    async def attempts(self, count: int) -> None:
        """Wait until messages have been brought so many times in all."""
        async with asyncio.timeout(60):
            while self.posts < count:
                self.has_posted.clear()
                await self.has_posted.wait()

    def options(self) -> dict[str, str]:
        """Return the options under the last message, by title."""
        return {o["content"]: o["id"] for o in self.sent[-1]["msgmenu"]["list"]}

    # --- its interface ---

    def app(self) -> Starlette:
        return Starlette(routes=[
            Route("/cgi-bin/stable_token", self._on_token, methods=["POST"]),
            Route("/cgi-bin/message/custom/send", self._on_send, methods=["POST"]),
            Route("/cgi-bin/gettoken", self._on_gettoken),
            Route("/cgi-bin/message/send", self._on_send, methods=["POST"]),
            Route("/cgi-bin/media/get", self._on_media),
            Route("/cgi-bin/{what:path}", self._on_other, methods=["POST"]),
        ])  # fmt: skip

    async def _on_token(self, request: Request) -> Response:
        body = await request.json()
        self.calls.append("token")
        if (body["appid"], body["secret"]) != (APPID, SECRET):
            return refusal(40125)
        if body["force_refresh"] or not self.tokens:
            self.tokens = {secrets.token_hex(16)}
        (token,) = self.tokens
        return JSONResponse({"access_token": token, "expires_in": 7200})

    async def _on_gettoken(self, request: Request) -> Response:
        self.calls.append("token")
        query = request.query_params
        if (query["corpid"], query["corpsecret"]) != (APPID, SECRET):
            return refusal(40001)
        self.tokens = self.tokens or {secrets.token_hex(16)}
        (token,) = self.tokens
        return JSONResponse({"errcode": 0, "access_token": token, "expires_in": 7200})

    async def _on_send(self, request: Request) -> Response:
        if problem := self._problem(request, "send"):
            return problem
        message = json.loads(await request.body())
        if not self.is_wecom and not self._may_speak(message["touser"]):
            return refusal(45015)
        if len(words_of(message).encode()) > 2048:
            return refusal(45002)
        self._sent_at[message["touser"]].append(self.clock.now)
        self.sent.append(message)
        self.has_sent.set()
        return refusal(0)

    def _may_speak(self, person: str) -> bool:
        return any(
            at <= self.clock.now < at + lifetime
            and sum(sent >= at for sent in self._sent_at[person]) < limit
            for at, lifetime, limit in self._acts[person]
        )

    async def _on_media(self, request: Request) -> Response:
        if problem := self._problem(request, "media"):
            return problem
        content = self.files.get(request.query_params["media_id"])
        return refusal(40007) if content is None else Response(content)

    async def _on_other(self, request: Request) -> Response:
        what = request.path_params["what"]
        if problem := self._problem(request, what):
            return problem
        self.bodies[what] = await request.json()
        found = {"ticket": "TICKET==", "url": "http://weixin.qq.com/q/abc"}
        return JSONResponse(found if what == "qrcode/create" else {"errcode": 0, "errmsg": "ok"})

    def _problem(self, request: Request, what: str) -> Response | None:
        self.calls.append(what)
        if request.query_params["access_token"] not in self.tokens:
            return refusal(40001)
        code = self.refusals[what].pop(0) if self.refusals[what] else 0
        return refusal(code) if code else None


def words_of(message: Json) -> str:
    if message["msgtype"] == "text":
        return str(message["text"]["content"])
    return str(message["msgmenu"]["head_content"])


def refusal(code: int) -> JSONResponse:
    return JSONResponse({"errcode": code, "errmsg": "refused" if code else "ok"})


def as_xml(fields: Json) -> str:
    inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inside}</xml>"


def listening() -> socket.socket:
    """Return a socket that waits on a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0))


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the tests' own process is told nothing


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an application on loopback in this event loop, and give its address."""
    config = uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = _Server(config)
    with listening() as door:
        task = asyncio.create_task(server.serve([door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
