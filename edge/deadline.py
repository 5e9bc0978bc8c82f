"""A deadline for waits that are many, short, and all allowed the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Deadline:
    """Ends waits of one event loop that take longer than so many seconds.

    asyncio.timeout sets and cancels a timer for each, which takes as long as half of the parsing of a request. Since
    all have the same time, they end in the order in which they began: one timer, for the oldest, is enough.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, awaited: Awaitable[T]) -> T:
        """Returns what is waited for; raises TimeoutError. For one wait of a task at a time."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("only a task can wait")
        self._ends[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._end_late, loop)
        try:
            return await awaited
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            self._ends.pop(task, None)
            self._late.discard(task)

    def _end_late(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends what is over, and comes back when the oldest of the others is."""
        now = loop.time()
        self._timer = None
        while self._ends:
            task, end = next(iter(self._ends.items()))
            if end > now:
                self._timer = loop.call_at(end, self._end_late, loop)
                return
            del self._ends[task]
            self._late.add(task)
            task.cancel()
