"""History, views and erasures that can only be added to, whoever asks the database.

A line of history may lose its words, and nothing else, once its ticket has a row in
``ticket_erasures``: that is how a resident's wish to be forgotten is met.
"""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0004"
down_revision: str | None = "tickets_0003"
branch_labels = None
depends_on = None

ADDED_ONLY = ("ticket_history", "ticket_views", "ticket_erasures")
SAME = ("id", "number", "at", "event", "actor", "from_status", "to_status")
WORDS = ("reason", "public_note", "internal_note")

POSTGRES_FUNCTIONS = (
    """
    CREATE FUNCTION ticket_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE FUNCTION ticket_history_erased() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ticket_erasures WHERE number = OLD.number)
            AND (NEW.id, NEW.number, NEW.at, NEW.event, NEW.actor, NEW.from_status, NEW.to_status)
                IS NOT DISTINCT FROM
                (OLD.id, OLD.number, OLD.at, OLD.event, OLD.actor, OLD.from_status, OLD.to_status)
            AND (NEW.reason, NEW.public_note, NEW.internal_note) = ('', '', '')
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
)


def upgrade() -> None:
    """Add the table of erasures and the triggers."""
    op.create_table(
        "ticket_erasures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["tickets.number"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgres()
    else:
        _guard_sqlite()


def _guard_postgres() -> None:
    for function in POSTGRES_FUNCTIONS:
        op.execute(function)
    for table in ADDED_ONLY:
        rows = "DELETE" if table == "ticket_history" else "UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {rows} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ticket_only_added()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ticket_only_added()"
        )
    op.execute(
        "CREATE TRIGGER ticket_history_same BEFORE UPDATE ON ticket_history "
        "FOR EACH ROW EXECUTE FUNCTION ticket_history_erased()"
    )


def _guard_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in SAME)
    empty = " AND ".join(f"NEW.{name} = ''" for name in WORDS)
    erased = "EXISTS (SELECT 1 FROM ticket_erasures WHERE number = OLD.number)"
    for table in ADDED_ONLY:
        when = f"WHEN NOT ({erased} AND {same} AND {empty})" if table == "ticket_history" else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
        op.execute(f"CREATE TRIGGER {table}_same BEFORE UPDATE ON {table} {when} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE deletes without the trigger above
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - our names
        op.execute(f"CREATE TRIGGER {table}_new BEFORE INSERT ON {table} {known} {refuse}")
