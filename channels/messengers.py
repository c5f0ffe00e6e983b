"""The messengers that are set up: each a channel with a life of its own and perhaps a door."""

from collections.abc import Callable
from typing import Protocol

from fastapi import APIRouter

from channels.parts import Parts
from channels.settings import Settings
from channels.telegram import create_telegram
from channels.telephone import Telephone
from channels.unreached import UnreachedNotes
from channels.webhook import WebhookChannel
from channels.wechat import create_wechat
from channels.wecom import Robot, create_wecom


class Messenger(Protocol):
    """A channel; ``router`` is put on the gateway before it is started."""

    router: APIRouter

    async def start(self) -> None:
        """Begin, and return at once."""
        ...

    async def stop(self) -> None:
        """End what is under way and let go of connections."""
        ...


# A messenger is there when its secret is set; nothing else says so.
_KNOWN: tuple[tuple[Callable[[Settings], str], Callable[[Parts], Messenger]], ...] = (
    (lambda settings: settings.telegram_token, create_telegram),
    (lambda settings: settings.wechat_token, create_wechat),
    (lambda settings: settings.wecom_token, create_wecom),
    (lambda settings: settings.wecom_robot, Robot),
    (lambda settings: settings.webhook_secret, WebhookChannel),
    (lambda settings: settings.telephone_key, Telephone),
)


def create_messengers(parts: Parts) -> list[Messenger]:
    """Return the messengers that the settings open.

    Raises:
        SettingsError: one of them cannot be opened as it is set up.
    """
    settings = parts.settings
    notes = UnreachedNotes(parts.client, settings.tickets_url, settings.internal_token)
    parts.news.register_report(notes.report)
    return [create(parts) for secret, create in _KNOWN if secret(settings)]
