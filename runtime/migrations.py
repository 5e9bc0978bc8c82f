"""Brings a store's schema up to date: each store has its own alembic versions and its own version table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from runtime.database import reading, writing


def upgrade(engine: Engine, store: str, package: str) -> None:
    """Upgrades the store to its newest version.

    store: a short name ("access", "messages"); package: the one whose versions/ folder holds the alembic scripts.
    Processes that start together on PostgreSQL wait for one another.
    """
    if is_newest(engine, store, package):
        return
    with configured(package) as config, writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(store.encode())})
        config.attributes.update(connection=connection, version_table=version_table(store))
        command.upgrade(config, "head")


def is_newest(engine: Engine, store: str, package: str) -> bool:
    """Returns whether the store has the newest version; a store with nothing in it has none."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": version_table(store)})
        return context.get_current_heads() == heads(package)


@cache
def heads(package: str) -> tuple[str, ...]:
    """Returns the newest versions that a package's scripts make; they do not change while a process runs."""
    with configured(package) as config:
        return tuple(ScriptDirectory.from_config(config).get_heads())


@contextmanager
def configured(package: str) -> Iterator[Config]:
    """Gives alembic's configuration for a package's scripts."""
    with as_file(files("runtime") / "migration_environment") as environment, as_file(files(package)) as versions:
        config = Config()
        config.set_main_option("script_location", str(environment))
        config.set_main_option("version_locations", str(versions / "versions"))
        config.set_main_option("path_separator", "newline")
        yield config


def version_table(store: str) -> str:
    return f"alembic_version_{store}"
