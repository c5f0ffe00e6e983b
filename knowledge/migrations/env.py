"""Runs the migrations on the connection that ``knowledge.database`` hands over."""

from alembic import context

from knowledge.database import VERSION_TABLE
from knowledge.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
