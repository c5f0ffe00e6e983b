"""Says which snapshots of a home use which collections of a server, and who serves them.

A snapshot has a file with the names of its collections, which is locked as long as a process
answers from it; the lock of a process that is killed ends with it.
"""

import fcntl
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOCK, LOADING, PREFIX = "lock", "loading", "prefix"


class Claims:
    """The folder of these files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prefix(self) -> str:
        """Return what the names of this home's collections begin with, made at the first time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / PREFIX
        with self._alone(LOCK):
            if not path.exists():
                path.write_text(f"linli_{secrets.token_hex(4)}", encoding="ascii")
            return path.read_text(encoding="ascii")

    def claim(self, snapshot: str, collections: Sequence[str]) -> IO[str]:
        """Keep collections as long as the returned file is open or the snapshot is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone(LOCK):
            file = self._path(snapshot).open("a+", encoding="ascii")
            file.seek(0)
            known = file.read().split()
            file.writelines(f"{name}\n" for name in collections if name not in known)
            file.flush()
            fcntl.flock(file, fcntl.LOCK_SH)
        return file

    @contextmanager
    def sweeping(self, snapshots: Collection[str]) -> Iterator[set[str]]:
        """Yield the collections that are needed while there are these snapshots.

        They are those of the snapshots, and those of others that a process still serves; nobody
        claims more of them meanwhile.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone(LOCK):
            kept: set[str] = set()
            for path in self._folder.glob("*.claim"):
                with path.open(encoding="ascii") as file:
                    if path.stem in snapshots or not _is_free(file):
                        kept |= set(file.read().split())
                    else:
                        path.unlink()
            yield kept

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Let one process at a time load rows; otherwise they could be there twice."""
        with self._alone(LOADING):
            yield

    def _path(self, snapshot: str) -> Path:
        return self._folder / f"{snapshot}.claim"

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self._folder / name).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
