from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import structlog

from tests.ingest.client import Ingest, running


@pytest.fixture(autouse=True, scope="package")
def plain_logs() -> None:
    """A traceback with all its locals takes longer to draw than the test that provokes it."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture
async def ingest(database_url: str) -> AsyncIterator[Ingest]:
    """A running service on a fresh database of each engine."""
    async with running(database_url) as service:
        yield service
