"""Opens the database of added documents and brings its tables up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

import sqlite_wal

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "alembic_version_knowledge"


def open_engine(url: str) -> Engine:
    """Return an engine with its tables up to date; SQLite is set to lose nothing at a crash."""
    is_server = not url.startswith("sqlite")
    # a question asked by a resident may be the title of a draft: no value stands in an error
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=is_server)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        name = make_url(url).database
        if name and name != ":memory:":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
    migrate(engine)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    sqlite_wal.prepare(connection)


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; doing it again is harmless."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
