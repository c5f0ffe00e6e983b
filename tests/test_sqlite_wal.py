"""SQLite files: the log is made once, and whoever wants to write gets a turn."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import sqlite_wal


class LockedAtFirst:
    """Stands for a new file that other processes are switching just then."""

    def __init__(self, path: Path, refusals: int, word: str = "journal_mode") -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.refusals, self.word = refusals, word

    def execute(self, statement: str) -> sqlite3.Cursor:
        if self.word in statement and self.refusals:
            self.refusals -= 1
            raise sqlite3.OperationalError("database is locked")
        return self.connection.execute(statement)


def setting_of(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.fixture
def reader(tmp_path: Path) -> Callable[[], None]:
    """Hold a read lock on a file without a log; what is returned lets go of it."""
    connection = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    connection.execute("CREATE TABLE one (x)")
    connection.execute("BEGIN")
    connection.execute("SELECT * FROM one").fetchall()
    return connection.close


def test_a_prepared_connection_is_durable_and_waits_its_turn(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "new.db")

    sqlite_wal.prepare(connection)

    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    assert [setting_of(connection, name) for name in names] == ["wal", 2, 1, 10_000]
    connection.close()


def test_a_file_that_others_are_switching_is_waited_for(tmp_path: Path) -> None:
    file = LockedAtFirst(tmp_path / "new.db", refusals=3)

    sqlite_wal.prepare(file)

    assert setting_of(file.connection, "journal_mode") == "wal"
    file.connection.close()


def test_a_file_that_stays_locked_is_given_up(tmp_path: Path, reader: Callable[[], None]) -> None:
    connection = sqlite3.connect(tmp_path / "new.db", timeout=0.1)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite_wal.switch_to_wal(connection, patience=0.1)

    connection.close()
    reader()


def test_a_writer_looks_again_until_it_is_its_turn(tmp_path: Path) -> None:
    file = LockedAtFirst(tmp_path / "busy.db", refusals=200, word="BEGIN IMMEDIATE")

    sqlite_wal.begin_writing(file)

    assert file.connection.in_transaction
    assert setting_of(file.connection, "busy_timeout") == 10_000
    file.connection.close()


def test_a_writer_gives_up_on_a_file_that_stays_locked(tmp_path: Path) -> None:
    holder, late = (sqlite3.connect(tmp_path / "held.db", isolation_level=None) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite_wal.begin_writing(late, patience=0.1)

    assert setting_of(late, "busy_timeout") == 10_000
    holder.close()
    late.close()


def test_what_is_no_lock_is_said_at_once(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    connection.execute("BEGIN")

    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        sqlite_wal.begin_writing(connection)

    connection.close()
