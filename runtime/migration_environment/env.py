"""Alembic's environment for every store: the connection and the version table come from runtime.migrations."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    version_table=attributes["version_table"],
    transactional_ddl=False,  # the caller's transaction holds the whole upgrade
)
context.run_migrations()
