"""What the environment decides about the knowledge base."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from knowledge.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED_ITEMS = Path(__file__).with_name("items")
DEFAULT_MODEL = "multilingual-e5-small"
_TRUTH = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the knowledge base keeps its files and which model it embeds with."""

    home: Path
    database_url: str = ""
    embedding_model: str = DEFAULT_MODEL
    may_use_hub: bool = False
    items: Path = SHIPPED_ITEMS

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings that the variables ask for.

        Raises:
            SettingsError: a value makes no sense; the message names its variable.
        """
        hub = environment.get("LINLI_ALLOW_HUB", "").strip().lower()
        if hub not in _TRUTH:
            raise SettingsError(variable="LINLI_ALLOW_HUB", reason="0 / 1")
        home = Path(environment.get("LINLI_HOME", "").strip() or REPOSITORY / "var").expanduser()
        if home.exists() and not home.is_dir():
            raise SettingsError(variable="LINLI_HOME", reason=str(home))
        return cls(
            home=home.resolve(),
            database_url=environment.get("LINLI_DATABASE_URL", "").strip(),
            embedding_model=environment.get("LINLI_EMBEDDING_MODEL", "").strip() or DEFAULT_MODEL,
            may_use_hub=_TRUTH[hub],
        )

    @property
    def knowledge_database(self) -> str:
        """The URL of the records of added documents."""
        return self.database_url or f"sqlite:///{self.home / 'knowledge.db'}"
