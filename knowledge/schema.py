"""The tables of the knowledge base; only this package touches them."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables this package owns."""


class DocumentRow(Base):
    """One version of an added document; versions of one document share their ``series``."""

    __tablename__ = "knowledge_document"
    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    series: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[str] = mapped_column(String(255), index=True)
    title: Mapped[str] = mapped_column(String(255))
    official_number: Mapped[str] = mapped_column(String(100), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    issued: Mapped[str] = mapped_column(String(10), default="")
    effective: Mapped[str] = mapped_column(String(10), default="")
    expires: Mapped[str] = mapped_column(String(10), default="", index=True)
    area: Mapped[str] = mapped_column(String(100), default="")
    owner: Mapped[str] = mapped_column(String(80), default="")
    digest: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), index=True)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)


class PassageRow(Base):
    """One section of an added document."""

    __tablename__ = "knowledge_passage"
    document: Mapped[str] = mapped_column(
        ForeignKey("knowledge_document.number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text, default="")
    context: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    service: Mapped[int] = mapped_column(default=0)  # the number of the item in its table
    facet: Mapped[str] = mapped_column(String(20), default="")


class EventRow(Base):
    """One step in the life of a document; the database refuses to change or delete it."""

    __tablename__ = "knowledge_event"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document: Mapped[str] = mapped_column(String(16), index=True)
    series: Mapped[str] = mapped_column(String(16), index=True)
    move: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(10), default="")
    after: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class GateRow(Base):
    """One run of the golden questions over a candidate index; ``report`` is JSON."""

    __tablename__ = "knowledge_gate"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document: Mapped[str] = mapped_column(String(16), index=True)
    live: Mapped[str] = mapped_column(String(64))
    candidate: Mapped[str] = mapped_column(String(64))
    is_passed: Mapped[bool]
    actor: Mapped[str] = mapped_column(String(80))
    override: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
