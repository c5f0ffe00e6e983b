"""Alembic's entry: the connection comes from ``channels.database.migrate``."""

from alembic import context

from channels.database import VERSION_TABLE
from channels.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
