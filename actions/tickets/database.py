"""Opens the ticket database, SQLite or PostgreSQL, and brings its tables up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

import sqlite_wal
from actions.tickets.migrating import upgrade

VERSION_TABLE = "alembic_version_tickets"
_MIGRATION_LOCK = 7_301_119  # any number, the same for all our processes
_WRITING = {"linli_writing": True}


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; SQLite commits are durable and writers queue up."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    in_memory = url in {"sqlite://", "sqlite:///:memory:"}
    if not in_memory:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    # hide_parameters: a resident's words never stand in the message of an error
    arguments = {"timeout": 10, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late
    sqlite_wal.prepare(connection)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer half-way fails at once with "database is locked".
    if not connection.get_execution_options().get("linli_writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    try:
        sqlite_wal.begin_writing(connection.connection.driver_connection)
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session whose transaction holds the write lock and commits at the end."""
    session = Session(engine.execution_options(**_WRITING), expire_on_commit=False)
    with session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that only reads."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def migrate(engine: Engine) -> None:
    """Bring the ticket tables up to the newest revision; harmless when they are."""
    with engine.execution_options(**_WRITING).begin() as connection:
        if engine.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": _MIGRATION_LOCK})
        upgrade(connection, Path(__file__).parent, VERSION_TABLE)
