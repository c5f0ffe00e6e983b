"""Know how far each messenger lets us reach, and what did not reach anybody."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of grants; nothing that is there counts as unreached."""
    op.create_table(
        "reach",
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("conversation", "kind"),
    )
    with op.batch_alter_table("news") as news:
        news.add_column(
            sa.Column("is_answer", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        news.add_column(sa.Column("unreached_at", sa.DateTime(timezone=True), nullable=True))
        news.add_column(sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("news") as news:
        news.drop_column("reported_at")
        news.drop_column("unreached_at")
        news.drop_column("is_answer")
    op.drop_table("reach")
