"""Large bodies are refused before anything reads them."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.media import SIZE_LIMIT
from channels.problems import problem

MESSAGE_LIMIT = 256 * 1024  # bytes; 4,000 characters need far less
LIMIT = SIZE_LIMIT + 64 * 1024  # a picture and the form around it
SMALL = frozenset({"/api/messages", "/wechat", "/wecom"})  # never with a picture in it


class BodyLimit:
    """Counts the bytes as they come, whatever Content-Length promised."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MESSAGE_LIMIT if scope["path"] in SMALL else LIMIT
        if _promised(scope) > limit:
            await problem(413, "too_large")(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _promised(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
