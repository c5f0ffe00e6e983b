"""Receipts of answers, the clauses told, notices, switched topics, and gaps."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0003"
down_revision = "knowledge_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the five tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "knowledge_receipt",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("at", moment, nullable=False, index=True),
        sa.Column("conversation", sa.String(64), nullable=False, index=True),
        sa.Column("said", sa.String(64), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("facet", sa.String(20), nullable=False),
        sa.Column("is_enquiry", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("snapshot", sa.String(32), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("thresholds", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("clauses", sa.Text, nullable=False),
        sa.Column("text", sa.String(64), nullable=False),
        sa.Column("held", sa.String(100), nullable=False),
        sa.Column("is_rephrased", sa.Boolean, nullable=False),
        sa.Column("is_useful", sa.Boolean),
    )
    op.create_table(
        "knowledge_clause",
        sa.Column("hash", sa.String(32), primary_key=True),
        sa.Column("passage", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(100), nullable=False, index=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("first_told_at", moment, nullable=False),
    )
    op.create_table(
        "knowledge_notice",
        sa.Column("clause", sa.String(32), primary_key=True),
        sa.Column("conversation", sa.String(64), primary_key=True),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "knowledge_topic",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("operator", sa.String(100), nullable=False),
        sa.Column("since", moment, nullable=False),
    )
    op.create_table(
        "knowledge_gap",
        sa.Column("receipt", sa.String(16), primary_key=True),
        sa.Column("at", moment, nullable=False, index=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("draft", sa.String(16), nullable=False),
    )


def downgrade() -> None:
    """Drop the five tables."""
    for name in ("gap", "topic", "notice", "clause", "receipt"):
        op.drop_table(f"knowledge_{name}")
