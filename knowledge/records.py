"""The tables beside the documents: receipts, clauses told, topics that people answer for, gaps."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Float,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

import sqlite_wal
from knowledge.schema import Base

PATIENCE_MS = 250  # that a turn waits where somebody else writes; what comes later is kept aside


class AwareDateTime(TypeDecorator[datetime]):
    """Aware UTC times on every database; SQLite forgets the zone, we put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as the database keeps it."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return the time, aware."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ReceiptRow(Base):
    """One answer or refusal; no word of the person who asked is in it."""

    __tablename__ = "knowledge_receipt"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    conversation: Mapped[str] = mapped_column(String(64), index=True)  # "" on the command line
    said: Mapped[str] = mapped_column(String(64))  # the keyed hash of the whole message
    asked: Mapped[str] = mapped_column(String(64))  # and of what of it was looked up
    audience: Mapped[str] = mapped_column(String(10))
    item: Mapped[str] = mapped_column(String(100))  # what was talked about before, or was chosen
    facet: Mapped[str] = mapped_column(String(20))
    is_enquiry: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(20))
    snapshot: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(200))
    thresholds: Mapped[str] = mapped_column(Text)  # JSON
    score: Mapped[float] = mapped_column(Float)
    clauses: Mapped[str] = mapped_column(Text)  # JSON: [{"clause", "passage", "start", "length"}]
    text: Mapped[str] = mapped_column(String(64))  # the hash of what was said
    held: Mapped[str] = mapped_column(String(100))
    is_rephrased: Mapped[bool]
    is_useful: Mapped[bool | None]


class ClauseRow(Base):
    """The words of a clause that somebody was told, kept when the document is long gone."""

    __tablename__ = "knowledge_clause"
    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    passage: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(100), index=True)  # a document's number or an item
    document: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    first_told_at: Mapped[datetime] = mapped_column(AwareDateTime)


class NoticeRow(Base):
    """Somebody who was told that a clause is no longer what it was."""

    __tablename__ = "knowledge_notice"
    clause: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(AwareDateTime)


class TopicRow(Base):
    """A topic (item, document or whole kind) that a person answers for now."""

    __tablename__ = "knowledge_topic"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    operator: Mapped[str] = mapped_column(String(100))
    since: Mapped[datetime] = mapped_column(AwareDateTime)


class GapRow(Base):
    """A question without a good answer; its words are masked before they come here."""

    __tablename__ = "knowledge_gap"
    receipt: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), index=True)
    draft: Mapped[str] = mapped_column(String(16))  # the number of the document made of it


def open_notes(url: str) -> Engine:
    """Return an engine whose commits wait for no disk; its tables are made by ``open_engine``.

    A receipt is written in each turn. A killed process loses nothing of it; a power failure may
    lose the last ones, but no document, ticket or message, which wait for the disk elsewhere.
    """
    if not url.startswith("sqlite"):
        options = {"options": "-c synchronous_commit=off"}
        return create_engine(url, hide_parameters=True, connect_args=options, pool_pre_ping=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    sqlite_wal.prepare(connection)
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    cursor.close()
