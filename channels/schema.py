"""The gateway's own tables: what was said, what is owed and told, media and family."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


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


class Base(DeclarativeBase):
    """The metadata that Alembic compares with."""


def table_of(row: type[Base]) -> Table:
    """Return the table that ``row`` is mapped to, for statements that every turn runs."""
    return cast(Table, row.__table__)


class ConversationRow(Base):
    """One person's chat in one channel."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "account"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    account: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(AwareDateTime)
    handover: Mapped[str] = mapped_column(String(16), default="none", index=True)
    operator: Mapped[str] = mapped_column(String(64), default="")
    handover_at: Mapped[datetime | None] = mapped_column(AwareDateTime)


class TurnRow(Base):
    """One message and what was said back; the transcript a colleague takes over with."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(128))
    said: Mapped[str] = mapped_column(Text)
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # None: not answered yet
    at: Mapped[datetime] = mapped_column(AwareDateTime)


class ChoiceRow(Base):
    """An option that was offered and may be chosen."""

    __tablename__ = "choices"
    __table_args__ = (Index("ix_choices_latest", "conversation", "batch"),)

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)
    batch: Mapped[str] = mapped_column(String(16), default="")  # its place; "" once superseded


class NewsRow(Base):
    """Something that reached the person without a question: ticket news, a human's answer."""

    __tablename__ = "news"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)  # the sender's id: twice is once
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(AwareDateTime)
    pushed_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    is_answer: Mapped[bool] = mapped_column(default=False)  # to a turn: goes before other news
    unreached_at: Mapped[datetime | None] = mapped_column(AwareDateTime)  # the channel was shut
    reported_at: Mapped[datetime | None] = mapped_column(AwareDateTime)  # an operator can see it


class PromiseRow(Base):
    """A message whose answer was put off and is still owed; ``fields`` are the messenger's."""

    __tablename__ = "promises"
    __table_args__ = (UniqueConstraint("conversation", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str] = mapped_column(String(128))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(AwareDateTime)


class ReachRow(Base):
    """What a messenger still grants us after something that a person did there."""

    __tablename__ = "reach"

    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(AwareDateTime)
    remaining: Mapped[int]  # messages


class MediaRow(Base):
    """A file someone sent; kept privately under the home folder."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(AwareDateTime)


class FamilyTieRow(Base):
    """A relative whom an elderly person let in; names and telephones are sealed.

    When it ends only the times stay, which prove what was agreed to and for how long.
    """

    __tablename__ = "family_ties"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    elder: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    relative: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # until it is used
    state: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text, default="")  # sealed, like the next three
    telephone: Mapped[str] = mapped_column(Text, default="")
    elder_name: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    size: Mapped[str] = mapped_column(String(1), default="")  # of letters, on the elder's page
    offered_at: Mapped[datetime] = mapped_column(AwareDateTime)
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    agreed_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    ended_by: Mapped[str] = mapped_column(String(16), default="")  # elder, relative or operator


class FamilyCallRow(Base):
    """One press of 一键呼叫, and which relative has heard it first."""

    __tablename__ = "family_calls"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    elder: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    at: Mapped[datetime] = mapped_column(AwareDateTime)
    heard_by: Mapped[str | None] = mapped_column(ForeignKey("family_ties.id"))
    heard_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
