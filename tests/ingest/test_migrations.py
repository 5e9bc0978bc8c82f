from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from runtime.database import open_engine, reading
from runtime.migrations import upgrade
from services.ingest.service import MIGRATIONS, STORE
from services.ingest.tables import metadata


def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine, STORE, MIGRATIONS)
    upgrade(engine, STORE, MIGRATIONS)
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": f"alembic_version_{STORE}", "compare_type": True, "compare_server_default": True},
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
