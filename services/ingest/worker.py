"""The thread that writes to the message store: appends that wait share one commit, jobs have one each.

A thread and not the event loop: there a sync of the disk would stop every call, and no group would ever form.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from runtime.errors import ServiceError, busy, internal, unavailable
from services.ingest.log import MessageLog
from services.ingest.submission import Outcome, Submission

MOST_JOBS: Final = 2000
PURGE_BATCH: Final = 1000
GATHER_SECONDS: Final = 0.005
"""Longest wait for as many callers as shared the last commit: a commit takes the interpreter from the loop two dozen
times, and half a millisecond of processor time, however many share it."""
PURGE_SECONDS: Final = 600.0

T = TypeVar("T")
Future = asyncio.Future[Any]
Job = Callable[[Connection], Any]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the queue, and of what shares one commit."""

    queue_messages: int
    queue_bytes: int
    batch_messages: int
    batch_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call appends; its commit is one, and so is its answer."""

    submissions: Sequence[Submission]
    size: int
    future: Future


class StoreWorker:
    """Owns one writing connection. On SQLite it is the only writer, on PostgreSQL there may be several."""

    def __init__(self, name: str, engine: Engine, limits: Limits, on_roused: Callable[[], None]) -> None:
        """on_roused is called on the event loop, after a commit that gave work to an empty lane."""
        self._engine = engine
        self._limits = limits
        self._on_roused = on_roused
        self._log = MessageLog(engine)
        self._gathered: list[Entry] = []  # of the loop; what the thread may take is in _entries
        self._waiting: asyncio.Handle | None = None
        self._is_writing = False
        self._last_group = 0
        self._entries: deque[Entry] = deque()
        self._jobs: deque[tuple[Job, Future]] = deque()
        self._waiting_messages = 0
        self._waiting_bytes = 0
        self._stopping = False
        self._wake = threading.Condition()
        self._connection: Connection | None = None
        self._purge_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Starts the thread; answers come to the loop that runs just now."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def check(self) -> None:
        """Raises when the thread has ended."""
        if not self._thread.is_alive():
            raise RuntimeError(f"thread {self._thread.name} has ended")

    def append(self, submissions: Sequence[Submission]) -> asyncio.Future[list[Outcome]]:
        """Appends in order, with one commit; RESOURCE_EXHAUSTED when too much waits already."""
        size = sum(len(submission.data) for submission in submissions)
        with self._wake:
            future = self._new_future()
            full = (
                self._waiting_messages + len(submissions) > self._limits.queue_messages
                or self._waiting_bytes + size > self._limits.queue_bytes
            )
            if full and (self._entries or self._gathered):
                raise busy()
            self._waiting_messages += len(submissions)
            self._waiting_bytes += size
        self._gathered.append(Entry(submissions, size, future))
        self._gather()
        return future

    def run(self, job: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Runs a job in a transaction of its own, which an exception rolls back."""
        with self._wake:
            future = self._new_future()
            if len(self._jobs) >= MOST_JOBS:
                raise busy()
            self._jobs.append((job, future))
            self._wake.notify()
        return future

    async def stop(self) -> None:
        """Does what waits, then ends the thread."""
        self._stop_waiting()
        with self._wake:
            self._entries.extend(self._gathered)
            self._gathered.clear()
            self._stopping = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    def _new_future(self) -> Future:
        if self._stopping or self._loop is None:
            raise unavailable()
        return self._loop.create_future()

    def _gather(self) -> None:
        """Waits until as many have come as shared the last commit; alone, for the loop's next turn."""
        if self._loop is None or self._is_writing or not self._gathered:
            return
        if len(self._gathered) >= self._last_group:
            self._stop_waiting()
            self._waiting = self._loop.call_soon(self._hand_over)
        elif self._waiting is None:
            self._waiting = self._loop.call_later(GATHER_SECONDS, self._hand_over)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hand_over(self) -> None:
        self._waiting = None
        self._is_writing = True
        self._last_group = len(self._gathered)
        with self._wake:
            self._entries.extend(self._gathered)
            self._wake.notify()
        self._gathered.clear()

    def _work(self) -> None:
        while True:
            entries, jobs = self._take()
            if not entries and not jobs and self._stopping:
                break
            if entries:
                self._append(entries)
            for job, future in jobs:
                self._to_loop(answer, [(future, self._attempt(job))])
            self._purge()
        self._let_go()

    def _take(self) -> tuple[list[Entry], list[tuple[Job, Future]]]:
        """Waits for work, and takes as much as may share a commit: at least one entry. Nothing: time to purge."""
        with self._wake:
            if not (self._entries or self._jobs or self._stopping):
                self._wake.wait(PURGE_SECONDS)
            entries: list[Entry] = []
            messages = size = 0
            while self._entries and (not entries or self._fits(self._entries[0], messages, size)):
                entry = self._entries.popleft()
                entries.append(entry)
                messages += len(entry.submissions)
                size += entry.size
            self._waiting_messages -= messages
            self._waiting_bytes -= size
            jobs = list(self._jobs)
            self._jobs.clear()
            return entries, jobs

    def _fits(self, entry: Entry, messages: int, size: int) -> bool:
        return (
            messages + len(entry.submissions) <= self._limits.batch_messages
            and size + entry.size <= self._limits.batch_bytes
        )

    def _append(self, entries: Sequence[Entry]) -> None:
        submissions = [submission for entry in entries for submission in entry.submissions]
        outcomes, roused = self._commit(submissions)
        settled: list[tuple[Future, Any]] = []
        at = 0
        for entry in entries:
            settled.append((entry.future, outcomes[at : at + len(entry.submissions)]))
            at += len(entry.submissions)
        self._to_loop(self._appended, settled, roused)

    def _commit(self, submissions: Sequence[Submission]) -> tuple[list[Outcome], bool]:
        """Appends all in one transaction; where that breaks and the store itself answers, each in its own."""
        try:
            self._log.prepare(submissions)
            with self._transaction() as connection:
                plan = self._log.append(connection, submissions)
        except Exception as error:
            self._log.forget()
            failure = self._failure(error)
            if len(submissions) == 1 or failure.code.name == "UNAVAILABLE":
                return [failure for _ in submissions], False
            single = [self._commit([submission]) for submission in submissions]
            return [outcome for outcomes, _ in single for outcome in outcomes], any(roused for _, roused in single)
        return plan.outcomes, plan.roused

    def _attempt(self, job: Job) -> object:
        """Returns the job's result, or the exception that ended it."""
        try:
            with self._transaction() as connection:
                return job(connection)
        except ServiceError as error:
            return error
        except Exception as error:
            return self._failure(error)

    def _failure(self, error: Exception) -> ServiceError:
        """Returns what the caller is told: a store that does not answer just now is worth a retry."""
        dbapi = self._engine.dialect.loaded_dbapi
        original = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(original, dbapi.OperationalError | dbapi.InterfaceError) or (
            isinstance(error, SQLAlchemyError) and not isinstance(error, DBAPIError)
        ):
            log.warning("message store does not answer", cause=repr(error))
            return unavailable()
        log.error("message store failed", exc_info=error)
        return internal()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        """Gives the connection back; the pool looks whether it still lives."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None

    def _to_loop(self, callback: Callable[..., None], *arguments: object) -> None:
        """Answers a batch with one call into the loop."""
        assert self._loop is not None  # noqa: S101 (start() has set it before the thread began)
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _appended(self, settled: list[tuple[Future, Any]], roused: bool) -> None:
        self._is_writing = False
        answer(settled)
        self._gather()
        if roused:
            self._on_roused()

    def _purge(self) -> None:
        """Deletes old client keys, a few at a time, between batches."""
        if time.monotonic() < self._purge_at:
            return
        deleted = self._attempt(lambda connection: self._log.purge_keys(connection, PURGE_BATCH))
        self._purge_at = time.monotonic() + (1.0 if deleted == PURGE_BATCH else PURGE_SECONDS)


def answer(settled: list[tuple[Future, Any]]) -> None:
    """Settles futures, on their loop; callers that have gone are passed over."""
    for future, value in settled:
        if future.done():
            continue
        if isinstance(value, Exception):
            future.set_exception(value)
        else:
            future.set_result(value)
