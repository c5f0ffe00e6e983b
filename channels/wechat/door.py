"""The door that WeChat knocks at: signed, perhaps sealed, answered within five seconds."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask

from channels.errors import ForbiddenError
from channels.wechat.crypto import Seal, is_signed
from channels.wechat.envelope import read_fields, write_sealed, write_text
from channels.wechat.incoming import Incoming

logger = logging.getLogger(__name__)

NOTHING = "success"  # WeChat then says nothing to the person

Take = Callable[[Incoming], Awaitable[str]]
FollowUp = Callable[[Incoming], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """What stands in the address."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str
    encrypt_type: str


def _knock(
    signature: str = "",
    timestamp: str = "",
    nonce: str = "",
    msg_signature: str = "",
    encrypt_type: str = "",
) -> Knock:
    return Knock(
        signature=signature,
        timestamp=timestamp,
        nonce=nonce,
        msg_signature=msg_signature,
        encrypt_type=encrypt_type,
    )


class Door:
    """Knows who may knock; with a seal nothing is taken that is not sealed."""

    path: ClassVar[str] = "/wechat"

    def __init__(
        self, token: str, seal: Seal | None, fresh: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._token, self._seal, self._fresh, self._clock = token, seal, fresh, clock

    def verify(self, knock: Knock, echo: str) -> str:
        """Return what proves to WeChat that the address is ours.

        Raises:
            ForbiddenError: it is not WeChat who asks.
        """
        self._check(knock)
        return echo

    def open(self, knock: Knock, body: bytes) -> Incoming:
        """Return what was brought.

        Raises:
            ForbiddenError: it is not from WeChat, long ago, or not sealed as the settings say.
            BadMessageError: it cannot be read.
        """
        self._check(knock)
        fields = read_fields(body)
        if self._seal is not None:
            sealed = fields.get("Encrypt", "")
            return Incoming.from_fields(read_fields(self._unseal(self._seal, knock, sealed)))
        if knock.encrypt_type == "aes" and not fields.get("FromUserName"):
            logger.error("wechat seals its messages: LINLI_WECHAT_AES_KEY is missing")
            raise ForbiddenError
        return Incoming.from_fields(fields)

    def _check(self, knock: Knock) -> None:
        """Do nothing if WeChat signed the address just now."""
        if not is_signed(knock.signature, self._token, knock.timestamp, knock.nonce):
            raise ForbiddenError
        self._check_fresh(knock)

    def _check_fresh(self, knock: Knock) -> None:
        at = int(knock.timestamp) if knock.timestamp.isdecimal() else 0
        age = self._clock() - datetime.fromtimestamp(min(at, 2**32), UTC)
        if abs(age) > self._fresh:
            logger.warning("wechat's clock and ours differ by %d s", age.total_seconds())
            raise ForbiddenError

    def _unseal(self, seal: Seal, knock: Knock, sealed: str) -> bytes:
        signed = (self._token, knock.timestamp, knock.nonce, sealed)
        if not sealed or not is_signed(knock.msg_signature, *signed):
            raise ForbiddenError
        return seal.open(sealed)

    def close(self, incoming: Incoming, text: str) -> Response:
        """Return the passive reply as WeChat takes it."""
        if not text:
            return PlainTextResponse(NOTHING)
        reply = write_text(incoming.account, incoming.me, text)
        if self._seal is not None:
            reply = write_sealed(self._seal, self._token, reply)
        return Response(reply, media_type="application/xml")


def create_router(door: Door, take: Take, follow_up: FollowUp) -> APIRouter:
    """Return the routes that WeChat calls."""
    router = APIRouter(tags=["wechat"])

    @router.get(door.path, include_in_schema=False)
    async def verify(knock: Annotated[Knock, Depends(_knock)], echostr: str = "") -> Response:
        """Prove that the address is ours (URL 验证)."""
        return PlainTextResponse(door.verify(knock, echostr))

    @router.post(door.path, include_in_schema=False)
    async def take_message(request: Request, knock: Annotated[Knock, Depends(_knock)]) -> Response:
        """Take one message or event; a repetition gets the same reply."""
        incoming = door.open(knock, await request.body())
        response = door.close(incoming, await take(incoming))
        response.background = BackgroundTask(follow_up, incoming)
        return response

    return router
