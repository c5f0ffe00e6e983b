"""Know an elderly person's relatives, with their consent, and the calls for help."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create both tables, empty."""
    op.create_table(
        "family_ties",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("elder", sa.String(length=32), nullable=False),
        sa.Column("relative", sa.String(length=32), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("name", "telephone", "elder_name", "place")
        ),
        sa.Column("size", sa.String(length=1), nullable=False),
        _time("offered_at"),
        _time("expires_at"),
        *(_time(name, nullable=True) for name in ("asked_at", "agreed_at", "ended_at")),
        sa.Column("ended_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["elder"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["relative"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index("ix_family_ties_elder", "family_ties", ["elder"])
    op.create_index("ix_family_ties_relative", "family_ties", ["relative"])
    op.create_table(
        "family_calls",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("elder", sa.String(length=32), nullable=False),
        _time("at"),
        sa.Column("heard_by", sa.String(length=24), nullable=True),
        _time("heard_at", nullable=True),
        sa.ForeignKeyConstraint(["elder"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["heard_by"], ["family_ties.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_family_calls_elder", "family_calls", ["elder"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("family_calls")
    op.drop_table("family_ties")
