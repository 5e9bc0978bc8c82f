"""Database work on threads of auth's own: other services in the process cannot starve it, nor it their loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, text

from runtime.database import close_engine, reading, writing

P = ParamSpec("P")
R = TypeVar("R")

CHANGES_LOCK = 0x61757468
"""Key of the PostgreSQL advisory lock that puts changes in a row, as SQLite does by itself."""


class Work:
    """Runs functions that take a connection."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="auth")

    async def read(self, ask: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Returns what ask finds in one state of the database."""

        def run() -> R:
            with reading(self.engine) as connection:
                return ask(connection, *args, **kwargs)

        return await self.run(run)

    async def change(self, act: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Returns what act did in one transaction; changes are made one after the other."""

        def run() -> R:
            with changing(self.engine) as connection:
                return act(connection, *args, **kwargs)

        return await self.run(run)

    async def run(self, task: Callable[[], R]) -> R:
        """Returns what a task returns on one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, task)

    def close(self) -> None:
        """Ends the threads and lets go of the database."""
        self._threads.shutdown()
        close_engine(self.engine)


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes access; changes are few, and in a row their checks need no further locks."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHANGES_LOCK})
        yield connection
