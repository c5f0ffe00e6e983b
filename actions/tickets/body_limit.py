"""Refuses bodies that are too large before anything reads them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.tickets.problems import Problem, Problems


class BodyLimit:
    """Counts the bytes as they come, whatever Content-Length promised."""

    def __init__(self, app: ASGIApp, limit_bytes: int, problems: Problems) -> None:
        self._app, self._limit, self._problems = app, limit_bytes, problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages = await self._read(scope, receive)
        if messages is None:
            await self._problems.answer(Problem("too-large"))(scope, receive, send)
            return

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> list[Message] | None:
        """Return the whole body's messages, or nothing when they are too many."""
        if _promised(scope) > self._limit:
            return None
        messages: list[Message] = []
        size, more = 0, True
        while more:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > self._limit:
                return None
        return messages


def _promised(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
