"""A folder as grid system: one JSON file for each ticket and each update.

For an office whose system cannot be called: it picks the files up, and may put its own into
``status/`` (one object ``{"number", "status", "note", "handler", "at"}`` a file).
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.tickets.errors import GridUnavailableError
from actions.tickets.grid import as_bytes
from actions.tickets.letters import FILE
from actions.tickets.outbox import Delivery

NAME = "folder"
STATUS = "status"


class FolderGrid:
    """Writes what would be posted; the file's name is the key, so a second try changes nothing."""

    system = NAME

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Write ``<number>.json`` for a ticket, ``<number>.<event id>.json`` for an update."""
        is_new = delivery.kind == FILE
        name = delivery.number if is_new else f"{delivery.number}.{delivery.event_id}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_durably(self._folder / f"{name}.json", as_bytes(delivery.body))
        except OSError as error:
            raise GridUnavailableError(type(error).__name__) from error
        return delivery.number if is_new else ""

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        """Return what was put into ``status/`` since then; a half-written file waits."""
        try:
            paths = sorted((self._folder / STATUS).glob("*.json"))
            new = [path for path in paths if _modified(path) >= moment]
            return [found for path in new if (found := _read(path)) is not None]
        except OSError as error:
            raise GridUnavailableError(type(error).__name__) from error


def _write_durably(path: Path, content: bytes) -> None:
    """Write the whole file or nothing, and have it on the disk before returning."""
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None
