"""The reference grid system's own tables, in one SQLite file nobody else opens."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Dialect,
    Engine,
    ForeignKey,
    String,
    TypeDecorator,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

import sqlite_wal
from actions.tickets.migrating import stamp, upgrade
from actions.tickets.reference_grid.moves import Status

VERSION_TABLE = "alembic_version_grid"
BEFORE_REVISIONS = "grid_0001"  # what databases look like that were made without migrations


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, kept as sortable ISO 8601 text."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text that is stored; a naive time is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the aware time the text stands for."""
        return None if value is None else datetime.fromisoformat(value)


class Table(DeclarativeBase):
    """The root of the tables."""

    type_annotation_map = {datetime: Instant}  # noqa: RUF012 - SQLAlchemy reads it as a class setting


class GridTicket(Table):
    """A ticket as this system holds it; the number is given by the sender."""

    __tablename__ = "grid_ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]  # of the first body: the same key with another one is refused
    status: Mapped[str] = mapped_column(index=True)
    resume: Mapped[str] = mapped_column(default="")  # where a supplemented ticket goes back to
    category_code: Mapped[str]
    category_name: Mapped[str]
    description: Mapped[str]
    attributes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    address: Mapped[str]
    building: Mapped[str]
    unit: Mapped[str]
    grid_cell: Mapped[str] = mapped_column(index=True)
    urgency: Mapped[int]
    is_emergency: Mapped[bool]
    due_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    handler: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    urge_count: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    history: Mapped[list["GridStep"]] = relationship(order_by="GridStep.id", lazy="selectin")

    @property
    def external_id(self) -> str:
        """Return the number this system calls the ticket by."""
        return f"WG{self.received_at:%Y%m%d}{self.id:05d}"

    @property
    def state(self) -> Status:
        """Return the status as one of the closed set."""
        return Status(self.status)


class GridStep(Table):
    """One line of a ticket's history."""

    __tablename__ = "grid_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("grid_ticket.number"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]  # a status that was reached, or what the resident added (urge, supplement …)
    actor: Mapped[str]  # the operator's name; empty for the resident's side
    handler: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class GridUpdate(Table):
    """An update that has been taken, so that a repeated one does nothing."""

    __tablename__ = "grid_update"

    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]


class GridEvent(Table):
    """One event on its way to the gateway (发件箱)."""

    __tablename__ = "grid_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(ForeignKey("grid_ticket.number"), index=True)
    body: Mapped[str]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)  # empty: settled or dead
    settled_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")

    @property
    def is_dead(self) -> bool:
        """Return whether it was refused for good."""
        return self.settled_at is None and self.next_attempt_at is None


class GridSession(Table):
    """A signed-in operator; the cookie's value itself is not stored."""

    __tablename__ = "grid_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    operator: Mapped[str]
    csrf: Mapped[str]
    expires_at: Mapped[datetime]


def open_engine(path: Path) -> Engine:
    """Return an engine on the database at ``path``, its tables brought up to date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)  # no words in errors
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    migrate(engine)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to the newest revision; harmless when they are."""
    folder = Path(__file__).parent
    with engine.execution_options(immediate=True).begin() as connection:
        tables = set(inspect(connection).get_table_names())
        if GridTicket.__tablename__ in tables and VERSION_TABLE not in tables:
            stamp(connection, folder, VERSION_TABLE, BEFORE_REVISIONS)
        upgrade(connection, folder, VERSION_TABLE)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions too late
    sqlite_wal.prepare(connection)


def _begin(connection: Connection) -> None:
    # a write lock taken at once waits its turn; one taken after a read can only fail
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
