"""Brings a store's schema up to date: each store has its own alembic versions and its own version table."""

from __future__ import annotations

import zlib
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from runtime.database import writing


def upgrade(engine: Engine, store: str, package: str) -> None:
    """Upgrades the store to its newest version.

    store: a short name ("access", "messages"); package: the one whose versions/ folder holds the alembic scripts.
    Processes that start together on PostgreSQL wait for one another.
    """
    with as_file(files("runtime") / "migration_environment") as environment, as_file(files(package)) as versions:
        config = Config()
        config.set_main_option("script_location", str(environment))
        config.set_main_option("version_locations", str(versions / "versions"))
        config.set_main_option("path_separator", "newline")
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(store.encode())})
            config.attributes.update(connection=connection, version_table=f"alembic_version_{store}")
            command.upgrade(config, "head")
