"""A content store as an older version left it."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from sqlalchemy import Connection, Engine

from runtime.database import open_engine, writing
from runtime.migrations import configured, upgrade, version_table


def upgraded_from(revision: str, database_url: str, fill: Callable[[Connection], None]) -> Engine:
    """Makes a store of a revision, has it filled, and returns it with all later migrations applied."""
    engine = open_engine(database_url)
    with configured("lms.migrations") as config, writing(engine) as connection:
        config.attributes.update(connection=connection, version_table=version_table("content"))
        command.upgrade(config, revision)
    with writing(engine) as connection:
        fill(connection)
    upgrade(engine, "content", "lms.migrations")
    return engine
