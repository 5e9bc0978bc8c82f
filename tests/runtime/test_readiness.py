from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from runtime.server import Endpoint, is_ready


class QuickService:
    """Its check ends at once, but for one turn of the loop."""

    name = "quick"

    def endpoints(self) -> Sequence[Endpoint]:
        return []

    async def start(self) -> None: ...

    async def check(self) -> None:
        await asyncio.sleep(0)

    async def stop(self) -> None: ...


async def keep_checking() -> None:
    while True:
        await is_ready(QuickService())
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("turns", range(8))
async def test_a_check_that_ends_as_it_is_cancelled_does_not_lose_the_cancellation(turns: int) -> None:
    task = asyncio.create_task(keep_checking())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    ended, _ = await asyncio.wait([task], timeout=1)
    task.cancel()
    assert ended == {task}
