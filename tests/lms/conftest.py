from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from runtime.database import open_engine
from tests.processor.world import add_world


@pytest.fixture
def engine(content_url: str) -> Iterator[Engine]:
    """A migrated store with people and courses in it."""
    engine = open_engine(content_url)
    with engine.begin() as connection:
        add_world(connection)
    yield engine
    engine.dispose()
