"""Prepares SQLite connections: a write-ahead log, durable commits, writers that wait their turn.

Every package that keeps an SQLite file does it this way, and none owns it: hence at the root.
"""

import sqlite3
import time
from typing import Any

PATIENCE = 10.0  # seconds
WRITER_PATIENCE = 30.0  # seconds
_PAUSE = 0.02  # seconds
_LOOK_MS = 12  # SQLite looks again after 1, 2, 5 and 4 ms, and says then that it is locked


def prepare(connection: Any) -> None:
    """Set up a fresh DB-API ``connection``.

    Raises ``sqlite3.OperationalError`` if the file stays locked for ``PATIENCE`` seconds.
    """
    _run(connection, f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
    switch_to_wal(connection)
    _run(connection, "PRAGMA synchronous=FULL")
    _run(connection, "PRAGMA foreign_keys=ON")


def switch_to_wal(connection: Any, patience: float = PATIENCE) -> None:
    """Give the file a write-ahead log, waiting while another process gives it one.

    SQLite calls no busy handler here: two that switch a new file at once hold a read lock each,
    and one of them is told at once that the file is locked, whatever its ``busy_timeout``.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _run(connection, "PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def begin_writing(connection: Any, patience: float = WRITER_PATIENCE) -> None:
    """Begin a transaction that holds the write lock, however many others want it.

    SQLite itself looks less and less often, in the end ten times a second: where many write
    without a pause, whoever comes last is served first, and somebody waits until it gives up.
    Here all who wait look equally often.

    Raises ``sqlite3.OperationalError`` if the file stays locked for ``patience`` seconds.
    """
    deadline = time.monotonic() + patience
    _run(connection, f"PRAGMA busy_timeout={_LOOK_MS}")
    try:
        while True:
            try:
                return _run(connection, "BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
    finally:
        _run(connection, f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _run(connection: Any, statement: str) -> None:
    connection.execute(statement).close()
