from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from runtime.database import open_engine
from runtime.migrations import upgrade
from tests.processor.world import add_world


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated store with people and courses in it."""
    engine = open_engine(database_url)
    upgrade(engine, "content", "lms.migrations")
    with engine.begin() as connection:
        add_world(connection)
    yield engine
    engine.dispose()
