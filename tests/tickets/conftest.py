"""Fixtures of the ticket tests: a store on SQLite and, where a server answers, on PostgreSQL."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from actions.tickets.database import migrate, open_engine
from actions.tickets.desk import Desk
from actions.tickets.models import Table
from actions.tickets.store import TicketStore
from actions.tickets.vault import Vault
from tests.postgres import empty_database
from tests.tickets.examples import CATEGORIES

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def empty(engine: Engine) -> None:
    """Empty a PostgreSQL database, past the triggers that keep history from it."""
    names = ", ".join(table.name for table in Table.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give a database that is thrown away afterwards; skip where no server answers."""
    with empty_database() as url:
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an empty, migrated database of each kind."""
    if request.param == "sqlite":
        made = open_engine("sqlite://")
        migrate(made)
    else:
        made = open_engine(request.getfixturevalue("postgres_url"))
        empty(made)
    yield made
    made.dispose()


@pytest.fixture(params=BOTH)
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a database several connections can share: a file, or PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('shared') / 'tickets.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def desk() -> Desk:
    """Give the tables of the demonstration community and a key of its own."""
    return Desk(categories=CATEGORIES, vault=Vault(Fernet.generate_key().decode()))


@pytest.fixture
def store(engine: Engine, desk: Desk) -> TicketStore:
    """Give an empty store."""
    return TicketStore(engine, desk)
