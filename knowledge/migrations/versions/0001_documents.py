"""Added documents and their passages."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "knowledge_document",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("official_number", sa.String(100), nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("issued", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_knowledge_document_file", "knowledge_document", ["file"])
    op.create_index("ix_knowledge_document_status", "knowledge_document", ["status"])
    op.create_table(
        "knowledge_passage",
        sa.Column(
            "document",
            sa.String(16),
            sa.ForeignKey("knowledge_document.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("knowledge_passage")
    op.drop_table("knowledge_document")
