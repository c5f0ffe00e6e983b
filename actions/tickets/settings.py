"""Settings of the ticket domain, read from the environment once, at the start of a process."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from actions.tickets.errors import SettingsError
from actions.tickets.letters import GRID

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
TARGET_FORMS = ("http://", "https://", "open311+http://", "open311+https://", "file:///")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the ticket domain keeps things, and whom it talks to."""

    home: Path
    database_url: str
    grid_urls: tuple[str, ...] = ()  # empty: no grid system, tickets stay here
    grid_secret: str = field(default="", repr=False)  # whsec_…
    gateway_url: str = "http://127.0.0.1:8000"
    internal_token: str = field(default="", repr=False)
    vault_key: str = field(default="", repr=False)
    open311_target_key: str = field(default="", repr=False)  # where we file over Open311
    open311_keys: frozenset[str] = field(default=frozenset(), repr=False)  # empty: anyone files
    port: int = DEFAULT_PORT + 3
    poll_s: float = 0.5  # pause between two looks into the outbox
    lease_s: float = 60
    senders: int = 8  # deliveries to one target under way at once, in one worker
    max_attempts: int = 12
    grid_timeout_s: float = 10
    grid_poll_s: float = 60  # 0: never ask the grid system for news

    @property
    def targets(self) -> tuple[str, ...]:
        """The name of each target in deliveries: ``grid``, ``grid-2`` …; one, if none is set."""
        others = range(2, len(self.grid_urls) + 1)
        return (GRID, *(f"{GRID}-{number}" for number in others))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings of an environment.

        Raises:
            SettingsError: A value is bad; the message names the variable.
        """
        home = Path(environ.get("LINLI_HOME") or REPOSITORY / "var").absolute()
        port = int(_number(environ, "LINLI_PORT", DEFAULT_PORT))
        return cls(
            home=home,
            database_url=environ.get("LINLI_DATABASE_URL") or f"sqlite:///{home / 'tickets.db'}",
            grid_urls=_targets(environ, "LINLI_GRID_URL"),
            open311_target_key=environ.get("LINLI_OPEN311_TARGET_KEY", ""),
            grid_secret=_secret(environ, "LINLI_GRID_SECRET"),
            gateway_url=_url(environ, "LINLI_GATEWAY_URL", f"http://127.0.0.1:{port}"),
            internal_token=environ.get("LINLI_INTERNAL_TOKEN", ""),
            vault_key=_vault_key(environ, "LINLI_VAULT_KEY"),
            open311_keys=_words(environ, "LINLI_OPEN311_KEYS"),
            port=port + 3,
            poll_s=_number(environ, "LINLI_DELIVERY_POLL_S", 0.5),
            lease_s=_number(environ, "LINLI_DELIVERY_LEASE_S", 60),
            senders=max(1, int(_number(environ, "LINLI_DELIVERY_SENDERS", 8))),
            max_attempts=int(_number(environ, "LINLI_DELIVERY_ATTEMPTS", 12)),
            grid_timeout_s=_number(environ, "LINLI_GRID_TIMEOUT_S", 10),
            grid_poll_s=_number(environ, "LINLI_GRID_POLL_S", 60),
        )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name) or str(default)
    try:
        number = float(value)
    except ValueError as error:
        raise SettingsError(f"{name} is not a number") from error
    if number < 0:
        raise SettingsError(f"{name} is negative")
    return number


def _words(environ: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(environ.get(name, "").replace(",", " ").split())


def _url(environ: Mapping[str, str], name: str, default: str) -> str:
    value = (environ.get(name) or default).rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise SettingsError(f"{name} is not an http address")
    return value


def _targets(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    addresses = tuple(part.rstrip("/") for part in environ.get(name, "").split())
    if not all(address.startswith(TARGET_FORMS) for address in addresses):
        raise SettingsError(f"{name} is not http, open311+http or file:///")
    return addresses


def _secret(environ: Mapping[str, str], name: str) -> str:
    """Return the secrets, separated by blanks; several while one is being changed."""
    secrets = environ.get(name, "").split()
    try:
        for secret in secrets:
            base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError(f"{name} is not whsec_ and base64") from error
    return " ".join(secrets)


def _vault_key(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    try:
        key = base64.urlsafe_b64decode(value)
    except (binascii.Error, ValueError) as error:
        raise SettingsError(f"{name} is not base64") from error
    if value and len(key) != 32:
        raise SettingsError(f"{name} is not a key of 32 bytes")
    return value
