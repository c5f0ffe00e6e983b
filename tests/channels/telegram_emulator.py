"""A small Bot API on loopback: updates repeat until acknowledged, files, 429, 403, 5xx.

It keeps what the bot did in ``calls`` and ``sent``; people act through ``write``, ``tap``, ….
"""

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "123456:a-token-for-tests"
BOT = {"id": 123456, "is_bot": True, "first_name": "邻里", "username": "linli_test_bot"}
Json = dict[str, Any]


@dataclass
class BotApi:
    """The state of Telegram's side."""

    updates: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)  # messages that people can read
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, list[JSONResponse]] = field(default_factory=dict)  # by method, in order
    blocked_by: set[int] = field(default_factory=set)
    webhook: Json = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: itertools.count(1000))
    url: str = ""

    def forget(self) -> None:
        """Begin anew, the address and the numbering aside."""
        for kept in (self.updates, self.calls, self.sent, self.blocked_by, self.files):
            kept.clear()
        self.refusals, self.webhook = {}, {}

    # --- what people do ---

    def put(self, kind: str, body: Json) -> Json:
        update = {"update_id": next(self.ids), kind: body}
        self.updates.append(update)
        return update

    def message(self, chat: int, **content: Any) -> Json:
        person = {"id": chat, "is_bot": False, "first_name": "王"}
        where = content.pop("where", {"id": chat, "type": "private", "first_name": "王"})
        base = {"message_id": next(self.ids), "date": 1_790_000_000, "from": person}
        return {**base, "chat": where, **content}

    def send(self, chat: int, **content: Any) -> Json:
        return self.put("message", self.message(chat, **content))

    def write(self, chat: int, text: str, **content: Any) -> Json:
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.send(chat, text=text, **content)

    def edit(self, chat: int, **content: Any) -> Json:
        return self.put("edited_message", {**self.message(chat, **content), "edit_date": 1})

    def photograph(self, chat: int, content: bytes, **more: Any) -> Json:
        large, small = self.keep(content), self.keep(b"small")
        sizes = [
            {**small, "width": 90, "height": 60, "file_size": 5},
            {**large, "width": 900, "height": 600, "file_size": len(content)},
        ]
        return self.send(chat, photo=sizes, **more)

    def keep(self, content: bytes) -> Json:
        name = f"file{len(self.files)}"
        self.files[name] = content
        return {"file_id": name, "file_unique_id": f"u{name}"}

    def tap(self, message: Json, title: str) -> Json:
        token = buttons(message)[title]
        person = {"id": message["chat"]["id"], "is_bot": False, "first_name": "王"}
        body = {"id": str(next(self.ids)), "from": person, "chat_instance": "1"}
        return self.put("callback_query", {**body, "message": message, "data": token})

    # --- what is seen ---

    def texts(self, chat: int | None = None) -> list[str]:
        return [m["text"] for m in self.sent if chat is None or m["chat"]["id"] == chat]

    def called(self, method: str) -> list[Json]:
        return [data for name, data in list(self.calls) if name == method]

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_so():
            assert time.monotonic() < deadline, (self.calls[-5:], self.texts())
            await asyncio.sleep(0.01)

    async def heard(self, count: int) -> list[str]:
        """Return the bot's messages once there are ``count`` of them."""
        await self.until(lambda: len(self.sent) >= count)
        return self.texts()

    async def quiet(self) -> None:
        """Wait until every update has been acknowledged."""
        await self.until(lambda: not self.updates)

    # --- the methods ---

    async def answer(self, method: str, data: Json) -> Response:
        self.calls.append((method, data))
        if self.refusals.get(method):
            return self.refusals[method].pop(0)
        handler = getattr(self, f"on_{method.lower()}", None)
        if handler is None:
            return refusal(404, "Not Found")
        found = handler(data)
        found = await found if asyncio.iscoroutine(found) else found
        return (
            found if isinstance(found, Response) else JSONResponse({"ok": True, "result": found})
        )

    def on_getme(self, _data: Json) -> Json:
        return BOT

    async def on_getupdates(self, data: Json) -> Any:
        if self.webhook:
            return refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, limit = int(data.get("offset") or 0), int(data.get("limit") or 100)
        self.updates[:] = [u for u in self.updates if u["update_id"] >= offset]
        deadline = time.monotonic() + float(data.get("timeout") or 0)
        while not self.updates and time.monotonic() < deadline:  # noqa: ASYNC110 - other threads put
            await asyncio.sleep(0.01)
        return self.updates[:limit]

    def on_sendmessage(self, data: Json) -> Any:
        if int(data["chat_id"]) in self.blocked_by:
            return refusal(403, "Forbidden: bot was blocked by the user")
        if len(data["text"].encode("utf-16-le")) > 2 * 4096:
            return refusal(400, "Bad Request: message is too long")
        message = {"message_id": next(self.ids), "date": 1_790_000_000, "from": BOT}
        message |= {"chat": {"id": int(data["chat_id"]), "type": "private"}, "text": data["text"]}
        if data.get("reply_markup"):
            message["reply_markup"] = data["reply_markup"]
            if any(len(str(token).encode()) > 64 for token in buttons(message).values()):
                return refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        self.sent.append(message)
        return message

    def on_editmessagereplymarkup(self, data: Json) -> Any:
        message = next((m for m in self.sent if m["message_id"] == data["message_id"]), None)
        if message is None:
            return refusal(400, "Bad Request: message to edit not found")
        message.pop("reply_markup", None)
        if data.get("reply_markup"):
            message["reply_markup"] = data["reply_markup"]
        return message

    def on_getfile(self, data: Json) -> Any:
        name = data["file_id"]
        if len(self.files[name]) > 20 * 1024 * 1024:
            return refusal(400, "Bad Request: file is too big")
        return {"file_id": name, "file_unique_id": f"u{name}", "file_path": f"files/{name}"}

    def on_setwebhook(self, data: Json) -> bool:
        self.webhook = dict(data)
        return True

    def on_deletewebhook(self, _data: Json) -> bool:
        self.webhook = {}
        return True

    def on_answercallbackquery(self, _data: Json) -> bool:
        return True

    on_sendchataction = on_setmycommands = on_answercallbackquery


def refusal(status: int, description: str, **parameters: Any) -> JSONResponse:
    body: Json = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status)


def buttons(message: Json) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {b["text"]: b.get("callback_data") or b["url"] for row in rows for b in row}


class Emulator:
    """Serves a ``BotApi`` in a thread of its own."""

    def __init__(self) -> None:
        self.api = BotApi()
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._file),
        ]
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.api.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            Starlette(routes=routes), log_level="critical", ws="none", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._server.force_exit = False
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> BotApi:
        self._thread.start()
        return self.api

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(5)
        self._socket.close()

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != TOKEN:
            return refusal(401, "Unauthorized")
        data = dict(request.query_params) | {
            name: value if name == "text" else _read(value)
            for name, value in (await _form(request)).items()
        }
        return await self.api.answer(request.path_params["method"], data)

    async def _file(self, request: Request) -> Response:
        return Response(self.api.files[request.path_params["path"].rpartition("/")[2]])


async def _form(request: Request) -> Json:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    return dict(await request.form())


def _read(value: Any) -> Any:
    """Return what the library wrote as JSON inside a form; plain words as they are."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
