"""The door that Telegram knocks at in webhook mode."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Request, Response
from starlette.exceptions import HTTPException
from telegram import Bot, Update

from channels.errors import BadMessageError, ForbiddenError, SettingsError
from channels.problems import problem
from channels.settings import Settings
from channels.telegram.intake import Intake

PATH = "/telegram/webhook"
ANSWER_S = 25  # Telegram sends an update again that was not taken in time
SIZE_LIMIT = 1024 * 1024  # bytes; an update has a few thousand


def webhook_url(settings: Settings) -> str:
    """Return the address that Telegram is told; the setting may leave out the path.

    Raises:
        SettingsError: it is not an https address.
    """
    url = settings.telegram_webhook_url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise SettingsError("LINLI_TELEGRAM_WEBHOOK_URL", "an https address is expected")
    return url if parts.path.endswith(PATH) else url + PATH


def webhook_secret(settings: Settings) -> str:
    """Return the secret that Telegram shows us; made from the token unless it is set.

    Raises:
        SettingsError: it has characters that Telegram does not take.
    """
    given = settings.telegram_secret
    if given and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given):
        raise SettingsError("LINLI_TELEGRAM_SECRET", "letters, digits, _ and - are expected")
    derived = hashlib.sha256(f"linli-webhook:{settings.telegram_token}".encode()).hexdigest()
    return given or derived


def create_router(
    settings: Settings, bot: Bot, intake: Intake, is_open: Callable[[], bool]
) -> APIRouter:
    """Return the route for updates; without a webhook address it is not there."""
    router = APIRouter(tags=["telegram"])
    secret = webhook_secret(settings)

    @router.post(PATH, include_in_schema=False)
    async def take_update(
        request: Request, x_telegram_bot_api_secret_token: Annotated[str, Header()] = ""
    ) -> Response:
        """Take one update; it comes again unless this answers 200."""
        if not settings.telegram_webhook_url:
            raise HTTPException(404)
        shown = x_telegram_bot_api_secret_token
        if not secrets.compare_digest(shown.encode(), secret.encode()):
            raise ForbiddenError
        update = _read(await _body(request), bot)
        if not is_open():
            return problem(503, "upstream_unavailable")
        outcome = intake.submit(update)
        await asyncio.wait((outcome,), timeout=ANSWER_S)
        is_settled = outcome.done() and outcome.result()
        return Response() if is_settled else problem(503, "upstream_unavailable")

    return router


async def _body(request: Request) -> Any:
    if int(request.headers.get("content-length") or 0) > SIZE_LIMIT:
        raise BadMessageError("bad_request")
    try:
        return await request.json()
    except ValueError as error:
        raise BadMessageError("bad_request") from error


def _read(body: Any, bot: Bot) -> Update:
    try:
        return Update.de_json(body, bot)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise BadMessageError("bad_request") from error
