"""What the environment decides about the knowledge base."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from knowledge.errors import SettingsError
from knowledge.index_kind import IndexKind
from knowledge.rephrase import Rephrasing

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED_ITEMS = Path(__file__).with_name("items")
DEFAULT_MODEL = "multilingual-e5-small"
LONGEST_WAIT_S = 30
_TRUTH = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class MilvusAddress:
    """Where the server is, and what tells our collections from those of others."""

    uri: str = field(repr=False)  # may name a user
    token: str = field(default="", repr=False)
    prefix: str = ""  # empty, the home makes one for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the knowledge base keeps its files and which model it embeds with."""

    home: Path
    database_url: str = ""
    embedding_model: str = DEFAULT_MODEL
    may_use_hub: bool = False
    index: IndexKind = IndexKind.AUTO
    milvus: MilvusAddress | None = None  # a server that holds the rows of large indexes
    reranker: str = ""  # a folder or name of a cross-encoder; empty, there is none
    reranker_limit_s: float = 1.0
    items: Path = SHIPPED_ITEMS
    area: str = ""  # 省市区街道社区 for which answers are given
    receipt_key: str = field(default="", repr=False)  # made by ``linli``; without it no receipt
    rephrasing: Rephrasing | None = None
    gateway_url: str = ""  # where news for residents goes
    internal_token: str = field(default="", repr=False)

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
        milvus = _milvus(environment)
        return cls(
            home=home.resolve(),
            database_url=environment.get("LINLI_DATABASE_URL", "").strip(),
            embedding_model=environment.get("LINLI_EMBEDDING_MODEL", "").strip() or DEFAULT_MODEL,
            may_use_hub=_TRUTH[hub],
            index=_index(environment, has_server=milvus is not None),
            milvus=milvus,
            reranker=environment.get("LINLI_RERANKER", "").strip(),
            reranker_limit_s=_seconds(environment, "LINLI_RERANKER_TIMEOUT_S", "1"),
            area=environment.get("LINLI_AREA", "").strip(),
            receipt_key=environment.get("LINLI_RECEIPT_KEY", "").strip(),
            rephrasing=_rephrasing(environment),
            gateway_url=environment.get("LINLI_GATEWAY_URL", "").strip(),
            internal_token=environment.get("LINLI_INTERNAL_TOKEN", "").strip(),
        )

    @property
    def knowledge_database(self) -> str:
        """The URL of the records of added documents."""
        return self.database_url or f"sqlite:///{self.home / 'knowledge.db'}"


def _rephrasing(environment: Mapping[str, str]) -> Rephrasing | None:
    """Return the language model that may rephrase answers; none unless its address is set.

    Raises:
        SettingsError: the address, model or time limit makes no sense.
    """
    url = environment.get("LINLI_LLM_URL", "").strip()
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise SettingsError(variable="LINLI_LLM_URL", reason="http(s)://…/v1")
    model = environment.get("LINLI_LLM_MODEL", "").strip()
    if not model:
        raise SettingsError(variable="LINLI_LLM_MODEL", reason="LINLI_LLM_URL")
    timeout_s = _seconds(environment, "LINLI_LLM_TIMEOUT_S", "3")
    key = environment.get("LINLI_LLM_KEY", "").strip()
    return Rephrasing(url=url, model=model, key=key, timeout_s=timeout_s)


def _seconds(environment: Mapping[str, str], variable: str, default: str) -> float:
    """Return a limit of time.

    Raises:
        SettingsError: it is no number of seconds that somebody could wait.
    """
    try:
        seconds = float(environment.get(variable, "").strip() or default)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT_S:
        raise SettingsError(variable=variable, reason=f"0 < s <= {LONGEST_WAIT_S}")
    return seconds


def _index(environment: Mapping[str, str], *, has_server: bool) -> IndexKind:
    """Return how rows are searched.

    Raises:
        SettingsError: there is no such way, or no server for it.
    """
    try:
        kind = IndexKind(environment.get("LINLI_INDEX", "").strip().lower() or IndexKind.AUTO)
    except ValueError as error:
        raise SettingsError(variable="LINLI_INDEX", reason=" / ".join(IndexKind)) from error
    if kind is IndexKind.MILVUS and not has_server:
        raise SettingsError(variable="LINLI_INDEX", reason="LINLI_MILVUS_URI")
    return kind


def _milvus(environment: Mapping[str, str]) -> MilvusAddress | None:
    """Return the server that holds vectors; none unless its address is set.

    Raises:
        SettingsError: the address or the prefix makes no sense; neither is repeated, because an
            address may have a password in it.
    """
    uri = environment.get("LINLI_MILVUS_URI", "").strip()
    if not uri:
        return None
    if not uri.startswith(("http://", "https://")):
        raise SettingsError(variable="LINLI_MILVUS_URI", reason="http(s)://…:19530")
    prefix = environment.get("LINLI_MILVUS_PREFIX", "").strip()
    if prefix and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", prefix):
        raise SettingsError(variable="LINLI_MILVUS_PREFIX", reason="[A-Za-z_][A-Za-z0-9_]*")
    token = environment.get("LINLI_MILVUS_TOKEN", "").strip()
    return MilvusAddress(uri=uri, token=token, prefix=prefix)
