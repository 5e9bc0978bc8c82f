"""Reading the message store, on threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from runtime.database import ping, reading

THREADS: Final = 4

P = ParamSpec("P")
R = TypeVar("R")


class Reader:
    """Runs functions that take a connection and only read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ingest-read")

    async def read(self, ask: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Returns what ask finds in one state of the store."""

        def run() -> R:
            with reading(self._engine) as connection:
                return ask(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def check(self) -> None:
        """Raises when the store does not answer."""
        await asyncio.get_running_loop().run_in_executor(self._threads, ping, self._engine)

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()
