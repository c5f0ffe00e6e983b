"""What the resident's side asked beyond the description."""

import sqlalchemy as sa
from alembic import op

revision = "grid_0002"
down_revision: str | None = "grid_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the answers; tickets that are there have none."""
    op.add_column(
        "grid_ticket", sa.Column("attributes", sa.JSON(), nullable=False, server_default="[]")
    )
