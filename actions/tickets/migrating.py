"""Brings tables up to date with the migrations that lie beside their owner."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, folder: Path, version_table: str) -> None:
    """Apply what is new in ``folder/versions``, in the connection's transaction."""
    script = ScriptDirectory(str(folder))

    def to_head(revision: Any, _context: object) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=to_head) as environment:
        environment.configure(connection=connection, version_table=version_table)
        environment.run_migrations()


def stamp(connection: Connection, folder: Path, version_table: str, revision: str) -> None:
    """Note that the tables stand at ``revision`` already; nothing of it is applied."""
    script = ScriptDirectory(str(folder))

    def to_revision(current: Any, _context: object) -> Any:
        return script._stamp_revs(revision, current)

    with EnvironmentContext(Config(), script, fn=to_revision) as environment:
        environment.configure(connection=connection, version_table=version_table)
        environment.run_migrations()
