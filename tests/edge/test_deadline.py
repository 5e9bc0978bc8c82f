"""Waits that end in time, late, or because somebody else ends them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

import pytest

from edge.deadline import Deadline

SECONDS = 0.1


async def outcome(deadline: Deadline, awaited: Awaitable[str]) -> str:
    try:
        return await deadline.wait(awaited)
    except TimeoutError:
        return "late"


async def after(seconds: float, value: str) -> str:
    await asyncio.sleep(seconds)
    return value


async def test_each_wait_has_its_own_time() -> None:
    deadline = Deadline(SECONDS)

    async def begin(pause: float, awaited: Awaitable[str]) -> str:
        await asyncio.sleep(pause)
        return await outcome(deadline, awaited)

    found = await asyncio.gather(
        begin(0, after(0, "at once")),
        begin(0, after(60, "never")),
        begin(0.06, after(0.06, "in time")),
        begin(0.06, after(60, "never")),
    )
    assert list(found) == ["at once", "late", "in time", "late"]


async def test_a_task_waits_again_after_it_was_late() -> None:
    deadline = Deadline(SECONDS)
    assert await outcome(deadline, after(60, "never")) == "late"
    await asyncio.sleep(2 * SECONDS)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert await outcome(deadline, after(0.01, "again")) == "again"
    assert await outcome(deadline, after(60, "never")) == "late"


async def test_who_is_cancelled_by_others_is_not_late() -> None:
    deadline = Deadline(SECONDS)
    task = asyncio.create_task(outcome(deadline, after(60, "never")))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await outcome(deadline, after(0.01, "the next")) == "the next"


async def test_what_is_cancelled_as_well_as_late_stays_cancelled() -> None:
    deadline = Deadline(SECONDS)
    task = asyncio.create_task(outcome(deadline, after(60, "never")))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(SECONDS, task.cancel)
    time.sleep(2 * SECONDS)  # noqa: ASYNC251 (so that both are due when the loop goes on)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_failure_is_the_callers() -> None:
    async def fail() -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await Deadline(SECONDS).wait(fail())


async def test_a_wait_that_ends_leaves_nothing_behind() -> None:
    """Were the last one's timer kept, it would end whatever its task waits for next."""
    deadline = Deadline(SECONDS)
    assert await outcome(deadline, after(0, "at once")) == "at once"
    await asyncio.sleep(2 * SECONDS)
    assert await outcome(deadline, after(0, "at once")) == "at once"
