"""The settings of the action server, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the action server, its embedding service and the knowledge desk listen."""

    port: int
    embedding_port: int
    knowledge_port: int
    internal_token: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings.

        Raises:
            SettingsError: LINLI_PORT is not a port number.
        """
        port = environ.get("LINLI_PORT", "") or "8000"
        if not port.isdigit() or not 1 <= int(port) <= 65529:
            raise SettingsError("LINLI_PORT is not a port number between 1 and 65529")
        return cls(
            port=int(port) + 2,
            embedding_port=int(port) + 5,
            knowledge_port=int(port) + 6,
            internal_token=environ.get("LINLI_INTERNAL_TOKEN", ""),
        )
