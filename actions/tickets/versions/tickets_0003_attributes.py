"""Answers to what a category asks beyond the description (追问项)."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0003"
down_revision: str | None = "tickets_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the answers to the tickets; those there are have none."""
    op.add_column(
        "tickets", sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}")
    )
