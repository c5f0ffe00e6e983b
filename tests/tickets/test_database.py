"""Both databases: migrations, durability, and writers at the same time."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from actions.tickets.database import VERSION_TABLE, migrate, open_engine, writing
from actions.tickets.desk import Desk
from actions.tickets.models import CursorRow, Table
from actions.tickets.store import TicketStore
from actions.tickets.ticket import DeliveryStatus
from tests.tickets.examples import MONDAY_NOON, lamp

REPOSITORY = Path(__file__).parents[2]
FILES_AND_WAITS = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from actions.tickets.settings import Settings
from actions.tickets.store import open_store
from actions.tickets.ticket import Reporter
from tests.tickets.examples import LAMP

store = open_store(Settings(home=Path(sys.argv[2]), database_url=sys.argv[1]))
complaint = replace(LAMP, category="FAC-01", reporter=Reporter(conversation="me"))
print(store.file(complaint, datetime.now(UTC)).number, flush=True)
sys.stdin.read()
"""


def test_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, Table.metadata)

    assert differences == []


def test_migrating_again_is_harmless(engine: Engine) -> None:
    migrate(engine)

    assert VERSION_TABLE in inspect(engine).get_table_names()


def test_another_owners_tables_are_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE someone_elses (id INTEGER)"))

    migrate(engine)

    assert "someone_elses" in inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE someone_elses"))


def test_a_sqlite_file_is_durable_and_lets_readers_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'tickets.db'}")
    with engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()

    assert pragmas == ["wal", 2, 1, 10000]


def test_a_naive_time_is_a_mistake(engine: Engine) -> None:
    naive = datetime(2026, 6, 1)  # noqa: DTZ001

    with pytest.raises(Exception, match="naive time"), writing(engine) as session:
        session.add(CursorRow(name="x", updated_since=naive))


def test_many_writers_at_once_get_different_numbers(shared_url: str, desk: Desk) -> None:
    engine = open_engine(shared_url)
    migrate(engine)
    store = TicketStore(engine, desk)

    with ThreadPoolExecutor(max_workers=6) as pool:
        tickets = list(pool.map(lambda n: store.file(lamp(f"w{n}"), MONDAY_NOON), range(60)))

    assert len({ticket.number for ticket in tickets}) == 60
    engine.dispose()


def test_one_message_filed_by_many_at_once_yields_one_ticket(shared_url: str, desk: Desk) -> None:
    engine = open_engine(shared_url)
    migrate(engine)
    store = TicketStore(engine, desk)

    with ThreadPoolExecutor(max_workers=6) as pool:
        tickets = list(pool.map(lambda _: store.file(lamp("one"), MONDAY_NOON), range(12)))

    assert len({ticket.number for ticket in tickets}) == 1
    engine.dispose()


def test_many_processes_may_migrate_at_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engines = [open_engine(f"sqlite:///{tmp_path / 'tickets.db'}") for _ in range(4)]

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(migrate, engines))

    assert "tickets" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


def test_a_number_that_was_told_outlives_its_process(shared_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", FILES_AND_WAITS, shared_url, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as filing:
        assert filing.stdout is not None
        number = filing.stdout.readline().strip()
        filing.send_signal(signal.SIGKILL)

    store = TicketStore(open_engine(shared_url), Desk())
    ticket = store.by_number(number)
    assert ticket is not None
    assert [one.status for one in store.deliveries(number)] == [DeliveryStatus.PENDING]
    assert filing.returncode == -signal.SIGKILL
    store.close()
