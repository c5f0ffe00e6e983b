"""Create the tables of the gateway."""

from alembic import op

from channels.schema import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    Base.metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drop every table."""
    Base.metadata.drop_all(op.get_bind())
