from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from lms.tables import metadata
from runtime.database import open_engine, reading, writing
from runtime.migrations import upgrade


def test_the_migrated_schema_is_the_one_that_the_tables_describe(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        options = {"compare_server_default": True, "version_table": "alembic_version_content"}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    assert differences == []


def checks_of(connection: Connection) -> dict[str, dict[str | None, str]]:
    """The conditions of every table, by their names."""
    inspector = inspect(connection)
    return {
        table: {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table)}
        for table in metadata.tables
    }


def test_the_checks_of_the_migrated_schema_are_those_of_the_tables(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        migrated = checks_of(connection)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        engine = open_engine(f"{database_url}.described")
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA described")
            connection.exec_driver_sql("SET LOCAL search_path TO described")
        metadata.create_all(connection)
        described = checks_of(connection)
    engine.dispose()
    assert migrated == described


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version_content").scalar_one()
    engine.dispose()
    assert version == "content_0023"
