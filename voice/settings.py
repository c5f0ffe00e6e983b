"""The settings of this package, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from voice.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent
PORT_OFFSET = 7  # from the gateway's


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the recogniser listens, and how much it may take."""

    home: Path
    port: int
    model: str = ""  # a folder with another one for faster-whisper; empty: the packaged one
    longest_s: float = 60  # of one message
    timeout_s: float = 90  # for recognising one message
    waiting: int = 4  # messages that may wait for their turn, the one being heard included
    memory_mb: int = 3072  # of the recogniser's own process
    internal_token: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings.

        Raises:
            SettingsError: a variable holds what it must not; the message names it.
        """
        return cls(
            home=Path(environ.get("LINLI_HOME") or REPOSITORY / "var").resolve(),
            port=int(_number(environ, "LINLI_PORT", 8000, 1, 65528)) + PORT_OFFSET,
            model=environ.get("LINLI_VOICE_MODEL", ""),
            longest_s=_number(environ, "LINLI_VOICE_LONGEST_S", 60, 1, 600),
            timeout_s=_number(environ, "LINLI_VOICE_TIMEOUT_S", 90, 1, 600),
            waiting=int(_number(environ, "LINLI_VOICE_WAITING", 4, 1, 100)),
            memory_mb=int(_number(environ, "LINLI_VOICE_MEMORY_MB", 3072, 512, 65536)),
            internal_token=environ.get("LINLI_INTERNAL_TOKEN", ""),
        )


def _number(
    environ: Mapping[str, str], variable: str, default: float, least: float, most: float
) -> float:
    value = environ.get(variable, "").strip()
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise SettingsError(f"{variable}: a number from {least:g} to {most:g} is expected")
    return number
