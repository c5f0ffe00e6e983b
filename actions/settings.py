"""The settings of the action server, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the action server and its embedding service listen."""

    port: int
    embedding_port: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings.

        Raises:
            SettingsError: LINLI_PORT is not a port number.
        """
        port = environ.get("LINLI_PORT", "") or "8000"
        if not port.isdigit() or not 1 <= int(port) <= 65530:
            raise SettingsError("LINLI_PORT is not a port number between 1 and 65530")
        return cls(port=int(port) + 2, embedding_port=int(port) + 5)
