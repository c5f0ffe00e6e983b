"""The settings of this package, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from channels.errors import SettingsError
from channels.web.embedding import read_origins

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the gateway listens, keeps its things and finds the other processes."""

    home: Path
    host: str
    port: int
    grid_port: int
    database_url: str
    rasa_url: str
    embedding_url: str
    tickets_url: str
    knowledge_url: str
    grid_page_url: str
    internal_token: str
    console_token: str
    clerk_token: str
    telegram_token: str
    telegram_api_url: str
    telegram_webhook_url: str
    telegram_secret: str
    public_url: str
    wechat_token: str
    wechat_appid: str
    wechat_secret: str
    wechat_aes_key: str
    wechat_api_url: str
    wecom_token: str
    wecom_corp: str
    wecom_agent: str
    wecom_secret: str
    wecom_aes_key: str
    wecom_api_url: str
    wecom_robot: str
    webhook_secret: str
    webhook_url: str
    voice_url: str = ""
    telephone_key: str = ""
    embed_origins: tuple[str, ...] = ()
    vault_key: str = ""
    handover_patience: timedelta = timedelta(minutes=30)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings.

        Raises:
            SettingsError: a variable holds what it must not; the message names it.
        """
        home = Path(environ.get("LINLI_HOME") or REPOSITORY / "var").resolve()
        port = _port(environ, "LINLI_PORT", 8000)
        grid_port = _port(environ, "LINLI_GRID_PORT", port + 4)
        local = "http://127.0.0.1"
        return cls(
            home=home,
            host=environ.get("LINLI_HOST") or "127.0.0.1",
            port=port,
            grid_port=grid_port,
            database_url=environ.get("LINLI_DATABASE_URL")
            or f"sqlite:///{home / 'conversations.db'}",
            rasa_url=environ.get("LINLI_RASA_URL") or f"{local}:{port + 1}",
            embedding_url=environ.get("LINLI_EMBEDDING_URL") or f"{local}:{port + 5}",
            tickets_url=environ.get("LINLI_TICKETS_URL") or f"{local}:{port + 3}",
            knowledge_url=environ.get("LINLI_KNOWLEDGE_URL") or f"{local}:{port + 6}",
            grid_page_url=f"{local}:{grid_port}",
            internal_token=environ.get("LINLI_INTERNAL_TOKEN", ""),
            console_token=environ.get("LINLI_CONSOLE_TOKEN", ""),
            clerk_token=environ.get("LINLI_CONSOLE_CLERK_TOKEN", ""),
            telegram_token=environ.get("LINLI_TELEGRAM_TOKEN", ""),
            telegram_api_url=environ.get("LINLI_TELEGRAM_API_URL", ""),
            telegram_webhook_url=environ.get("LINLI_TELEGRAM_WEBHOOK_URL", ""),
            telegram_secret=environ.get("LINLI_TELEGRAM_SECRET", ""),
            public_url=environ.get("LINLI_PUBLIC_URL", "").rstrip("/"),
            wechat_token=environ.get("LINLI_WECHAT_TOKEN", ""),
            wechat_appid=environ.get("LINLI_WECHAT_APPID", ""),
            wechat_secret=environ.get("LINLI_WECHAT_SECRET", ""),
            wechat_aes_key=environ.get("LINLI_WECHAT_AES_KEY", ""),
            wechat_api_url=environ.get("LINLI_WECHAT_API_URL", ""),
            wecom_token=environ.get("LINLI_WECOM_TOKEN", ""),
            wecom_corp=environ.get("LINLI_WECOM_CORP", ""),
            wecom_agent=environ.get("LINLI_WECOM_AGENT", ""),
            wecom_secret=environ.get("LINLI_WECOM_SECRET", ""),
            wecom_aes_key=environ.get("LINLI_WECOM_AES_KEY", ""),
            wecom_api_url=environ.get("LINLI_WECOM_API_URL", ""),
            wecom_robot=environ.get("LINLI_WECOM_ROBOT", ""),
            webhook_secret=environ.get("LINLI_WEBHOOK_SECRET", ""),
            webhook_url=environ.get("LINLI_WEBHOOK_URL", ""),
            voice_url=environ.get("LINLI_VOICE_URL", "").rstrip("/"),
            telephone_key=environ.get("LINLI_TELEPHONE_KEY", ""),
            embed_origins=read_origins(environ.get("LINLI_EMBED_ORIGINS", "")),
            vault_key=environ.get("LINLI_VAULT_KEY", ""),
            handover_patience=_minutes(environ, "LINLI_HANDOVER_PATIENCE_MIN", 30),
        )


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    value = environ.get(variable, "").strip()
    if not value:
        return default
    if not value.isdigit() or not 1 <= int(value) <= 65528:
        raise SettingsError(variable, "a port number between 1 and 65528 is expected")
    return int(value)


def _minutes(environ: Mapping[str, str], variable: str, default: int) -> timedelta:
    value = environ.get(variable, "").strip() or str(default)
    if not value.isdigit() or not 1 <= int(value) <= 1440:
        raise SettingsError(variable, "minutes between 1 and 1440 are expected")
    return timedelta(minutes=int(value))
