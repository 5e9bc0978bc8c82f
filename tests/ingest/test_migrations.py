from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select

from runtime.database import open_engine, reading, writing
from runtime.migrations import upgrade
from services.ingest.service import MIGRATIONS, STORE
from services.ingest.tables import credential_sequence, message, metadata, payload, unapplied


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


def test_messages_of_the_first_version_stay_with_all_that_refers_to_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(database_url)
    newest = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: newest(config, "0001"))
    upgrade(engine, STORE, MIGRATIONS)
    with writing(engine) as connection:
        connection.execute(insert(credential_sequence), {"credential_id": 7, "last_message_id": 1})
        connection.execute(insert(message), MESSAGE)
        connection.execute(insert(payload), {"credential_id": 7, "message_id": 1, "data": b"data"})
    monkeypatch.setattr(command, "upgrade", newest)
    upgrade(engine, STORE, MIGRATIONS)
    with writing(engine) as connection:
        assert connection.execute(select(payload.c.data)).scalars().all() == [b"data"]
        connection.execute(insert(message), MESSAGE | {"message_id": 2, "status": 1, "ended_at": None})
        connection.execute(insert(unapplied), {"credential_id": 7, "message_id": 2, "organisations": "[]", "due_at": 0})
    engine.dispose()


MESSAGE = {
    "credential_id": 7,
    "message_id": 1,
    "partner_id": 70,
    "site_id": 3,
    "message_type": "Create.Course.Element.Folder",
    "status": 3,
    "size": 4,
    "received_at": 1,
    "checked_at": 1,
    "ended_at": 1,
}
