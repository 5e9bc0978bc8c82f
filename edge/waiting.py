"""Blocking code on the event loop: a greenlet, which gives the loop the word while it waits.

As SQLAlchemy's asyncio does it. A thread for each request would cost more than the request: dozens of threads take the
interpreter from each other at every lock and call (measured: 95 futex calls a request at 32 connections).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class LoopGreenlet(greenlet):
    """Runs on the thread of an event loop, and may ask it to wait for something."""


async def on_loop(work: Callable[[], T]) -> T:
    """Runs work on the loop's thread; wherever it calls wait_for, the loop goes on with others."""
    running = LoopGreenlet(work)
    running.gr_context = getcurrent().gr_context
    given: Any = running.switch()
    while not running.dead:
        try:
            result = await given
        except BaseException as error:
            given = running.throw(error)
        else:
            given = running.switch(result)
    return cast("T", given)


def is_on_loop() -> bool:
    """Whether the caller runs on an event loop and must not block."""
    return isinstance(getcurrent(), LoopGreenlet)


def wait_for(awaitable: Awaitable[T]) -> T:
    """Returns what the awaitable gives; only where is_on_loop."""
    parent = getcurrent().parent
    assert parent is not None  # noqa: S101 (a LoopGreenlet has one)
    return cast("T", parent.switch(awaitable))
