from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from edge.waiting import is_on_loop, on_loop, wait_for

NAME: ContextVar[str] = ContextVar("name", default="")


async def test_the_loop_goes_on_while_blocking_code_waits() -> None:
    order: list[str] = []

    def work(name: str, seconds: float) -> str:
        order.append(f"{name} waits")
        wait_for(asyncio.sleep(seconds))
        order.append(f"{name} goes on")
        return name

    answers = await asyncio.gather(on_loop(lambda: work("slow", 0.05)), on_loop(lambda: work("fast", 0.01)))
    assert list(answers) == ["slow", "fast"]
    assert order == ["slow waits", "fast waits", "fast goes on", "slow goes on"]


async def test_what_fails_in_the_loop_is_raised_where_it_was_waited_for() -> None:
    async def fail() -> None:
        raise ConnectionError("gone")

    def work() -> str:
        with pytest.raises(ConnectionError):
            wait_for(fail())
        return "handled"

    assert await on_loop(work) == "handled"
    with pytest.raises(ConnectionError):
        await on_loop(lambda: wait_for(fail()))


async def test_the_work_sees_the_context_of_its_request() -> None:
    NAME.set("mine")
    assert await on_loop(NAME.get) == "mine"


async def test_only_what_runs_on_the_loop_says_so() -> None:
    assert await on_loop(is_on_loop)
    assert not is_on_loop()
    assert not await asyncio.to_thread(is_on_loop)
    assert threading.current_thread() is await on_loop(threading.current_thread)
