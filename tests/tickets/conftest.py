"""Fixtures of the ticket tests: a store on SQLite and, where a server answers, on PostgreSQL."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from actions.tickets.database import migrate, open_engine
from actions.tickets.desk import Desk
from actions.tickets.models import Table
from actions.tickets.store import TicketStore
from actions.tickets.vault import Vault
from tests.tickets.examples import CATEGORIES

SERVER = os.environ.get(
    "LINLI_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test"
)
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give a database that is thrown away afterwards; skip where no server answers."""
    name = f"linli_tickets_{uuid4().hex[:12]}"
    server = create_engine(
        SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        server.dispose()
        pytest.skip("no PostgreSQL server answers (LINLI_TEST_POSTGRES_URL)")
    url = make_url(SERVER).set(database=name)
    engine = open_engine(url.render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an empty, migrated database of each kind."""
    if request.param == "sqlite":
        made = open_engine("sqlite://")
        migrate(made)
    else:
        made = open_engine(request.getfixturevalue("postgres_url"))
        names = ", ".join(table.name for table in Table.metadata.sorted_tables)
        with made.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
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
