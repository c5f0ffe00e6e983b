"""The telephone: calls that an exchange (Asterisk) brings over a WebSocket."""

import base64
import binascii
import hashlib
import hmac
import logging
import re
import secrets

from fastapi import APIRouter, WebSocket

from channels.message import Audience
from channels.parts import Parts
from channels.telephone.call import Call
from channels.telephone.line import HungUpError, Line
from channels.web.routes import community_name

logger = logging.getLogger(__name__)

CHANNEL, PATH = "telephone", "/telephone"
PROTOCOL = "media"  # of Asterisk's client
CALLER = "caller"  # the channel variable with the caller's number
LINES = 8  # calls at once; more are refused, and the exchange rings a person
# An extension is a number, too; the zeros of a withheld one are none.
_NUMBER = re.compile(r"\+?(?!0+$)[0-9]{3,20}")
_FORMATTING = re.compile(r"[\s().-]")


class Telephone:
    """Takes calls from who shows the key; ``router`` belongs into the gateway's application."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._key = parts, parts.settings.telephone_key
        self._busy = 0
        self.router = APIRouter()
        self.router.add_api_websocket_route(PATH, self.take)

    async def start(self) -> None:
        """Do nothing; calls come by themselves."""

    async def stop(self) -> None:
        """Do nothing; the server closes the sockets."""

    async def take(self, socket: WebSocket) -> None:
        """Talk with one caller until the end of the call."""
        if not self._knows(socket.headers.get("authorization", "")) or self._busy >= LINES:
            await socket.close(1008)
            return
        offered = socket.headers.get("sec-websocket-protocol", "")
        await socket.accept(PROTOCOL if PROTOCOL in offered.replace(" ", "").split(",") else None)
        self._busy += 1
        try:
            await self._talk(socket)
        finally:
            self._busy -= 1

    async def _talk(self, socket: WebSocket) -> None:
        line, parts = Line(socket), self._parts
        try:
            event = await line.started()
            variables = event.get("channel_variables") or {}
            number = number_of(socket.query_params.get(CALLER) or variables.get(CALLER))
            account = self._account(number)
            find = parts.conversations.for_account
            call = Call(
                line,
                find(CHANNEL, account, Audience.ELDERLY).id,
                hearing=parts.hearing,
                listener=parts.listener,
                turns=parts.turns,
            )
            await call.run(community_name(), is_known=bool(number))
        except HungUpError:
            logger.info("a caller has hung up")
        finally:
            line.close()

    def _knows(self, authorization: str) -> bool:
        """Return whether the password (HTTP Basic) is the key; the name does not matter."""
        scheme, _, given = authorization.partition(" ")
        try:
            _, _, password = base64.b64decode(given, validate=True).partition(b":")
        except binascii.Error:
            return False
        is_right = secrets.compare_digest(password, self._key.encode())
        return scheme.lower() == "basic" and is_right

    def _account(self, number: str) -> str:
        """Return the caller under a digest; a caller without a number is new each time."""
        if not number:
            return secrets.token_hex(16)
        key = self._parts.settings.internal_token.encode()
        return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:32]


def number_of(caller: object) -> str:
    """Return the number that an exchange tells, without its formatting; empty if it is none.

    For a withheld number trunks send a word ("anonymous", "unknown", "s"), each its own: taken
    for a number, it would be one conversation of all who withhold theirs.
    """
    number = _FORMATTING.sub("", str(caller or ""))
    return number if _NUMBER.fullmatch(number) else ""
