"""Versions, dates, area and owner of documents, their history, and the runs of the gate."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0002"
down_revision = "knowledge_0001"
branch_labels = None
depends_on = None

TEXTS = {"series": 16, "effective": 10, "expires": 10, "area": 100, "owner": 80}
INDEXED = ("series", "expires")


def upgrade() -> None:
    """Add the columns, number the versions that are there, and create both tables."""
    for name, length in TEXTS.items():
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("knowledge_document", column)
    version = sa.Column("version", sa.Integer, nullable=False, server_default="1")
    op.add_column("knowledge_document", version)
    op.add_column("knowledge_document", sa.Column("published_at", sa.DateTime(timezone=True)))
    for name in INDEXED:
        op.create_index(f"ix_knowledge_document_{name}", "knowledge_document", [name])
    _number_versions()
    op.create_table(
        "knowledge_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("document", sa.String(16), nullable=False, index=True),
        sa.Column("series", sa.String(16), nullable=False, index=True),
        sa.Column("move", sa.String(12), nullable=False),
        sa.Column("before", sa.String(10), nullable=False),
        sa.Column("after", sa.String(10), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "knowledge_gate",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("document", sa.String(16), nullable=False, index=True),
        sa.Column("live", sa.String(64), nullable=False),
        sa.Column("candidate", sa.String(64), nullable=False),
        sa.Column("is_passed", sa.Boolean, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("override", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    for table_name in ("knowledge_event", "knowledge_gate"):
        _forbid_changes(table_name)


def _number_versions() -> None:
    """Until now an added file took the place of the earlier one of the same name."""
    names = ("number", "file", "series", "version", "status", "added_at", "changed_at")
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in (*names, "published_at")]
    document = sa.table("knowledge_document", *columns)
    connection = op.get_bind()
    first: dict[str, str] = {}
    count: dict[str, int] = {}
    rows = connection.execute(
        sa.select(document.c.number, document.c.file).order_by(
            document.c.added_at, document.c.number
        )
    ).all()
    for number, file in rows:
        series = first.setdefault(file, number)
        count[file] = count.get(file, 0) + 1
        connection.execute(
            document.update()
            .where(document.c.number == number)
            .values(series=series, version=count[file])
        )
    connection.execute(
        document.update()
        .where(document.c.status == "published")
        .values(published_at=document.c.changed_at)
    )


def _forbid_changes(table: str) -> None:
    """Let the database itself refuse to rewrite what has happened."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
    )


def downgrade() -> None:
    """Drop what was added; triggers go with their tables."""
    for table_name in ("knowledge_gate", "knowledge_event"):
        op.drop_table(table_name)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION {table_name}_is_append_only()")
    for name in INDEXED:
        op.drop_index(f"ix_knowledge_document_{name}", "knowledge_document")
    for name in (*TEXTS, "version", "published_at"):
        op.drop_column("knowledge_document", name)
