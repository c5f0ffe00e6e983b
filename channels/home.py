"""The home folder's secrets: made once, readable by their owner alone."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "secrets.json"
LOCK = "secrets.lock"


def load_secrets(home: Path) -> dict[str, str]:
    """Return the secrets by variable name; what is missing is made and kept.

    A variable in the environment goes before these; they are for the embedded defaults.
    """
    path = home / FILE
    known = _read(path)
    if _fresh().keys() <= known.keys():
        return known
    with _alone(home):  # of two that begin at once the second takes what the first has made
        known = _read(path)
        known = _fresh() | known
        _write(path, known)
    return known


def _read(path: Path) -> dict[str, str]:
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return known


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fresh() -> dict[str, str]:
    return {
        "LINLI_INTERNAL_TOKEN": secrets.token_urlsafe(32),
        "LINLI_CONSOLE_TOKEN": secrets.token_urlsafe(12),
        "LINLI_VAULT_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LINLI_RECEIPT_KEY": secrets.token_urlsafe(32),
        "LINLI_GRID_SECRET": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _write(path: Path, known: dict[str, str]) -> None:
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
