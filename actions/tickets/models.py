"""The tables of the ticket domain; names are prefixed, so owners can share one database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC times on both databases; SQLite itself keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        stored = value.astimezone(UTC)
        return stored.replace(tzinfo=None) if dialect.name == "sqlite" else stored

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """The ticket domain's own metadata: migrations look at these tables alone."""

    type_annotation_map = {datetime: UtcDateTime, str: Text}  # noqa: RUF012 - SQLAlchemy's name


class TicketRow(Table):
    """One ticket; ``contact`` and ``on_behalf_of`` are sealed."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_conversation", "conversation", "submitted_at"),
        Index("ix_tickets_cell_status", "cell", "status"),
        Index("ix_tickets_category_status", "category", "status"),
        Index("ix_tickets_category_submitted", "category", "submitted_at"),
        Index("ix_tickets_status", "status", "follow_up_until"),
    )

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    origin: Mapped[str | None] = mapped_column(String(200), unique=True)
    request_type: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    description: Mapped[str]
    description_safe: Mapped[str]
    address: Mapped[str]
    community: Mapped[str]
    street: Mapped[str]
    building: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(40))
    room: Mapped[str]
    cell: Mapped[str] = mapped_column(String(40))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    datum: Mapped[str] = mapped_column(String(10))
    since: Mapped[str]
    urgency: Mapped[int]
    level: Mapped[str] = mapped_column(String(20))
    handler: Mapped[str]
    conversation: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(40))
    contact: Mapped[str]
    is_anonymous: Mapped[bool]
    on_behalf_of: Mapped[str]
    media: Mapped[list[str]] = mapped_column(JSON)
    attributes: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # 追问项的回答
    status: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_basis: Mapped[str] = mapped_column(default="")
    acknowledge_due_at: Mapped[datetime | None]
    feedback_due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    follow_up_until: Mapped[datetime | None]
    urge_count: Mapped[int] = mapped_column(default=0)
    dispatch_count: Mapped[int] = mapped_column(default=0)
    return_count: Mapped[int] = mapped_column(default=0)
    result_text: Mapped[str] = mapped_column(default="")
    resolved_by_reporter: Mapped[bool | None]
    satisfaction: Mapped[int | None]
    archive_type: Mapped[str] = mapped_column(String(20), default="")
    parent: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str] = mapped_column(String(120), default="")
    external_system: Mapped[str] = mapped_column(String(40), default="")
    extended_at: Mapped[datetime | None]  # when its one extension was announced
    is_designated: Mapped[bool] = mapped_column(default=False)  # the centre named the handler
    co_handlers: Mapped[list[str]] = mapped_column(JSON, default=list)  # 协办
    return_reason: Mapped[str] = mapped_column(default="")  # 退单理由, the last one
    unreached_count: Mapped[int] = mapped_column(default=0)  # 未联系上
    grid_at: Mapped[datetime | None]  # when the newest applied event happened over there
    grid_said: Mapped[list[str]] = mapped_column(JSON, default=list)  # marks of the last events


def _number() -> Mapped[str]:
    return mapped_column(ForeignKey("tickets.number", ondelete="CASCADE"))


class HistoryRow(Table):
    """One thing that happened to a ticket; rows are only ever added, the database sees to it."""

    __tablename__ = "ticket_history"
    __table_args__ = (Index("ix_ticket_history_number", "number", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str] = _number()
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(120))
    from_status: Mapped[str] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    public_note: Mapped[str]
    internal_note: Mapped[str]


class DeliveryRow(Table):
    """One thing to be told to another system; rows of one ``stream`` keep their order."""

    __tablename__ = "ticket_deliveries"
    __table_args__ = (
        Index("ix_ticket_deliveries_next", "target", "status", "next_attempt_at", "id"),
        Index("ix_ticket_deliveries_stream", "stream", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(40), unique=True)
    number: Mapped[str] = _number()
    target: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    stream: Mapped[str] = mapped_column(String(160))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    not_before: Mapped[datetime | None]  # Retry-After: no recovery calls it earlier
    lease: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class CounterRow(Table):
    """The last number given on a day; its row lock makes filings of a day queue up."""

    __tablename__ = "ticket_counters"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]


class FollowerRow(Table):
    """A conversation that joined somebody else's ticket (关注)."""

    __tablename__ = "ticket_followers"

    number: Mapped[str] = mapped_column(
        ForeignKey("tickets.number", ondelete="CASCADE"), primary_key=True
    )
    conversation: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]


class ViewRow(Table):
    """Who saw a reporter's contact, when and why (查看留痕)."""

    __tablename__ = "ticket_views"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str] = _number()
    at: Mapped[datetime]
    viewer: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str]


class ErasureRow(Table):
    """That what is personal in a ticket was erased; only with it may history lose its words."""

    __tablename__ = "ticket_erasures"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(ForeignKey("tickets.number"), unique=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str]


class AlertRow(Table):
    """Something an operator should look at; ``subject`` is what it is about, for counting."""

    __tablename__ = "ticket_alerts"
    __table_args__ = (
        Index("ix_ticket_alerts_subject", "kind", "subject", "at"),
        Index("ix_ticket_alerts_seen", "seen_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(20), default="")
    category: Mapped[str] = mapped_column(String(64), default="")
    place: Mapped[str] = mapped_column(String(60), default="")
    count: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str] = mapped_column(String(120), default="")


class WorkerRow(Table):
    """A community worker and the cells they answer for."""

    __tablename__ = "ticket_workers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    cells: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class InvitationRow(Table):
    """A one-time invitation; the code itself is kept nowhere."""

    __tablename__ = "ticket_invitations"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    worker: Mapped[int] = mapped_column(ForeignKey("ticket_workers.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class BindingRow(Table):
    """A conversation that proved to be a worker's."""

    __tablename__ = "ticket_worker_bindings"

    conversation: Mapped[str] = mapped_column(String(120), primary_key=True)
    worker: Mapped[int] = mapped_column(ForeignKey("ticket_workers.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class WrongTryRow(Table):
    """A wrong invitation code; counted, so that nobody can guess."""

    __tablename__ = "ticket_wrong_tries"
    __table_args__ = (Index("ix_ticket_wrong_tries", "conversation", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class EventRow(Table):
    """An applied event of the grid system; the same id is refused afterwards."""

    __tablename__ = "ticket_grid_events"
    __table_args__ = (UniqueConstraint("webhook_id", name="uq_ticket_grid_events"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    webhook_id: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime]


class CursorRow(Table):
    """How far polling of the grid system has come."""

    __tablename__ = "ticket_grid_cursor"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    updated_since: Mapped[datetime]
