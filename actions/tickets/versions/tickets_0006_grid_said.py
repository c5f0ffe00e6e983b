"""Which events of the grid system were applied last, so that polling applies none twice."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0006"
down_revision: str | None = "tickets_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks; what was applied before has none and is known by its time."""
    op.add_column(
        "tickets", sa.Column("grid_said", sa.JSON(), nullable=False, server_default="[]")
    )
