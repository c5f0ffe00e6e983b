"""What the reference grid system is told by its environment."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from actions.tickets.reference_grid.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once, when the process starts."""

    home: Path
    port: int
    gateway_url: str
    secret: str  # Standard Webhooks form: whsec_ and base64; several are separated by blanks
    internal_token: str  # guards the fault switch; opens the list of tickets to polling
    password: str = ""  # empty: anyone at this machine may sign in with one click
    first_retry_s: float = 2.0
    request_timeout_s: float = 10.0

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Return the settings the environment gives.

        Raises:
            SettingsError: A variable is missing or cannot be used; the message names it.
        """
        home = Path(env.get("LINLI_HOME") or REPOSITORY / "var").expanduser()
        port = _port(env, "LINLI_PORT", 8000)
        return cls(
            home=home,
            port=_port(env, "LINLI_GRID_PORT", port + 4),
            gateway_url=_url(env, "LINLI_GATEWAY_URL", f"http://127.0.0.1:{port}"),
            secret=_secret(env),
            internal_token=_needed(env, "LINLI_INTERNAL_TOKEN"),
            password=env.get("LINLI_GRID_PASSWORD", ""),
        )

    @property
    def database(self) -> Path:
        """Return the one file this system keeps everything in."""
        return self.home / "grid.db"


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set")
    return value


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "").strip() or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsError(f"{name} is not a port")
    return int(value)


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    value = (env.get(name, "").strip() or default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise SettingsError(f"{name} is not an http address")
    return value


def _secret(env: Mapping[str, str]) -> str:
    secrets = _needed(env, "LINLI_GRID_SECRET").split()  # several while one is being changed
    for secret in secrets:
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise SettingsError("LINLI_GRID_SECRET is not base64") from error
        if len(key) < 16:
            raise SettingsError("LINLI_GRID_SECRET is shorter than 16 bytes")
    return " ".join(secrets)
