"""Who handles a ticket together (协办), and why it was last returned (退单理由)."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0005"
down_revision: str | None = "tickets_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both to the tickets; those there are have neither."""
    op.add_column(
        "tickets", sa.Column("co_handlers", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "tickets", sa.Column("return_reason", sa.Text(), nullable=False, server_default="")
    )
