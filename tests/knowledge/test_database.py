"""The migrations of the knowledge base, from nothing and from the first release."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from knowledge.database import MIGRATIONS, migrate, open_engine
from knowledge.schema import Base
from tests.postgres import empty_database

NOT_OURS = {"remove_table", "remove_index"}  # of tables that another module maps
EVENT = (
    "INSERT INTO knowledge_event (document, series, move, before, after, actor, note, at) "
    "VALUES ('a', 'a', 'add', '', 'draft', '某人', '', '2026-01-01 00:00:00')"
)
OLD_ROW = (
    "INSERT INTO knowledge_document VALUES "
    "('{number}', '津贴.txt', '津贴', '', '', '', 'd', 'public', '{status}', "
    "'2026-01-0{day} 00:00:00', '2026-01-0{day} 00:00:00')"
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database, a file's or a server's."""
    with ExitStack() as stack:
        is_file = request.param == "sqlite"
        file = f"sqlite:///{tmp_path / 'knowledge.db'}"
        yield file if is_file else stack.enter_context(empty_database())


def move_to(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def test_migrations_make_what_the_models_say(address: str) -> None:
    engine = open_engine(address)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()

    assert [one for one in differences if one[0] not in NOT_OURS] == []


def test_files_of_one_name_become_versions_of_one_document(address: str) -> None:
    engine = create_engine(address)
    move_to(engine, "knowledge_0001")
    with engine.begin() as connection:
        connection.execute(text(OLD_ROW.format(number="old", status="removed", day=1)))
        connection.execute(text(OLD_ROW.format(number="new", status="published", day=2)))

    migrate(engine)

    with engine.connect() as connection:
        query = "SELECT number, series, version FROM knowledge_document ORDER BY version"
        rows = connection.execute(text(query)).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("old", "old", 1), ("new", "old", 2)]


@pytest.mark.parametrize(
    "act", ["UPDATE knowledge_event SET actor = 'x'", "DELETE FROM knowledge_event"]
)
def test_the_database_itself_keeps_the_history(address: str, act: str) -> None:
    engine = open_engine(address)
    with engine.begin() as connection:
        connection.execute(text(EVENT))

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(act))
    engine.dispose()


def test_the_way_back_leads_to_the_first_release(address: str) -> None:
    engine = open_engine(address)

    move_to(engine, "knowledge_0001", down=True)
    move_to(engine, "head")
    engine.dispose()


def test_no_error_of_the_database_repeats_what_was_written(address: str) -> None:
    engine = open_engine(address)

    with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT :words FROM nowhere"), {"words": "王建国家漏水"})
    engine.dispose()

    assert "王建国" not in str(raised.value)
