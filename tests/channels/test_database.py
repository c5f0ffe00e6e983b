"""The gateway's database: migrations make what its code expects, and commits last."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from channels.conversations import Conversations
from channels.database import migrate, noting, open_engine
from channels.message import Audience, Outcome, Reply, Turn
from channels.schema import Base
from channels.transcript import Transcript
from tests.postgres import empty_database


def test_migrations_make_what_the_models_say() -> None:
    engine = open_engine("sqlite://")
    migrate(engine)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert [one for one in differences if one[0] != "remove_table"] == []


def speed_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_only_a_note_waits_for_no_disk(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'conversations.db'}")
    before = speed_of(engine)

    with noting(engine) as connection:
        while_noting = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    after = speed_of(engine)
    engine.dispose()

    assert (before, while_noting, after) == (2, 1, 2)  # FULL, NORMAL, FULL


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give a migrated database, a file's or a server's."""
    with ExitStack() as stack:
        is_file = request.param == "sqlite"
        file = f"sqlite:///{tmp_path / 'conversations.db'}"
        opened = open_engine(file if is_file else stack.enter_context(empty_database()))
        stack.callback(opened.dispose)
        migrate(opened)
        yield opened


def test_what_was_heard_and_answered_is_there_on_both_databases(engine: Engine) -> None:
    conversation, _ = Conversations(engine).open(Audience.STANDARD, "web")
    transcript = Transcript(engine)
    turn = Turn(replies=(Reply(text="您好"),), outcome=Outcome.SMALLTALK)

    for _ in range(2):  # the same message twice is harmless
        transcript.hear(conversation.id, "m1", "在吗")
    transcript.answer(conversation.id, "m1", turn)

    assert transcript.answered(conversation.id, "m1") == turn
    assert [one["said"] for one in transcript.read(conversation.id)] == ["在吗"]


def test_a_note_that_fails_leaves_nothing(engine: Engine) -> None:
    conversation, _ = Conversations(engine).open(Audience.STANDARD, "web")
    late = text("UPDATE conversations SET channel = 'half'")

    def fail() -> None:
        with noting(engine) as connection:
            connection.execute(late)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert Conversations(engine).by_id(conversation.id).channel == "web"
