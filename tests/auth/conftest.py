from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.auth.client import Auth, running


@pytest.fixture
async def auth(database_url: str) -> AsyncIterator[Auth]:
    """A running service on a fresh database of each engine."""
    async with running(database_url) as service:
        yield service
