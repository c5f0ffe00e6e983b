"""The home folder's secrets: made once, readable by their owner alone."""

import base64
import json
import os
import secrets
from pathlib import Path

FILE = "secrets.json"


def load_secrets(home: Path) -> dict[str, str]:
    """Return the secrets by variable name; what is missing is made and kept.

    A variable in the environment goes before these; they are for the embedded defaults.
    """
    path = home / FILE
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    missing = {name: value for name, value in _fresh().items() if name not in known}
    if missing:
        known |= missing
        _write(path, known)
    return known


def _fresh() -> dict[str, str]:
    return {
        "LINLI_INTERNAL_TOKEN": secrets.token_urlsafe(32),
        "LINLI_CONSOLE_TOKEN": secrets.token_urlsafe(12),
        "LINLI_VAULT_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LINLI_GRID_SECRET": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _write(path: Path, known: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
