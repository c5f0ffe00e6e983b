"""The reference grid system's own database: its migrations, and databases from before them."""

import json
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from actions.tickets.reference_grid.database import VERSION_TABLE, Table, migrate, open_engine
from tests.tickets_http.conftest import NUMBER, forward, signed, ticket_body


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "grid.db")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, Table.metadata)

    engine.dispose()
    assert differences == []


def test_migrating_again_is_harmless(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "grid.db")

    migrate(engine)

    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert VERSION_TABLE in tables


def test_a_database_from_before_the_migrations_keeps_its_tickets(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "grid.db")
    with engine.begin() as connection:  # as create_all left it
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        connection.execute(text("ALTER TABLE grid_ticket DROP COLUMN attributes"))
        connection.execute(text("INSERT INTO grid_update (key, digest) VALUES ('old', 'one')"))

    migrate(engine)

    with engine.connect() as connection:
        columns = {one["name"] for one in inspect(connection).get_columns("grid_ticket")}
        kept = connection.execute(text("SELECT key FROM grid_update")).scalars().all()
    engine.dispose()
    assert "attributes" in columns
    assert kept == ["old"]


def update(grid: TestClient, event: str, key: str) -> int:
    body = json.dumps({"event": event, "text": ""}).encode()
    url = f"/grid/api/tickets/{NUMBER}/updates"
    return grid.post(url, content=body, headers=signed(body, key=key)).status_code


def test_answers_stand_on_the_ticket_page_until_they_are_erased(grid: TestClient) -> None:
    answers = [{"code": "pole", "name": "灯杆号", "values": ["A12", "A13"]}]
    forward(grid, ticket_body(attributes=answers))
    grid.post("/grid/sign-in", data={"name": "王网格"})
    shown = grid.get(f"/grid/tickets/{NUMBER}").text

    taken = update(grid, "erased", "e1")

    after = grid.get(f"/grid/tickets/{NUMBER}").text
    assert "灯杆号" in shown
    assert "A12、A13" in shown
    assert taken < 300
    assert "个人信息已按要求删除" in after
    assert not any(word in after for word in ("A12", "三楼楼道灯", "幸福里社区3栋"))
