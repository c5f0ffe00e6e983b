"""Passages that tell one facet of a service item of a table."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0004"
down_revision = "knowledge_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns."""
    service = sa.Column("service", sa.Integer, nullable=False, server_default="0")
    facet = sa.Column("facet", sa.String(20), nullable=False, server_default="")
    op.add_column("knowledge_passage", service)
    op.add_column("knowledge_passage", facet)


def downgrade() -> None:
    """Drop both columns."""
    op.drop_column("knowledge_passage", "facet")
    op.drop_column("knowledge_passage", "service")
