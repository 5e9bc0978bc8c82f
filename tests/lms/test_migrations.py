from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lms.tables import metadata
from runtime.database import open_engine, reading
from runtime.migrations import upgrade


def test_the_migrated_schema_is_the_one_that_the_tables_describe(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        options = {"compare_server_default": True, "version_table": "alembic_version_content"}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    assert differences == []


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    upgrade(engine, "content", "lms.migrations")
    with reading(engine) as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version_content").scalar_one()
    engine.dispose()
    assert version == "content_0006"
