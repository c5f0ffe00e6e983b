"""Operators' alerts, extensions, designated handlers, and a quicker look into the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0002"
down_revision: str | None = "tickets_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the newer rules keep."""
    op.add_column(
        "ticket_deliveries", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True)
    )
    op.drop_index("ix_ticket_deliveries_due", "ticket_deliveries")
    op.create_index(
        "ix_ticket_deliveries_next",
        "ticket_deliveries",
        ["target", "status", "next_attempt_at", "id"],
        unique=False,
    )
    op.add_column("tickets", sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "tickets",
        sa.Column("is_designated", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "tickets", sa.Column("unreached_count", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "ticket_alerts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_ticket_alerts_subject", "ticket_alerts", ["kind", "subject", "at"], unique=False
    )
    op.create_index("ix_ticket_alerts_seen", "ticket_alerts", ["seen_at", "id"], unique=False)
    op.create_index(
        "ix_tickets_category_submitted", "tickets", ["category", "submitted_at"], unique=False
    )
