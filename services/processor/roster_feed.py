"""Carries a roster from the call that brings it to the thread that compares it: a few chunks wait, never more."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from lms.roster.pieces import Piece

CHUNK_ROWS = 1_000
WAITING_CHUNKS = 4
STALL_SECONDS = 60.0
LOOK_SECONDS = 0.01

Chunk = Sequence[Piece]


class RosterAbortedError(Exception):
    """The call ended before the roster did, or stopped sending: nothing of it is kept."""


class RosterFeed:
    """A bounded line of chunks. Other rosters wait for this one, so a caller who stalls loses it."""

    def __init__(self) -> None:
        self._chunks: queue.Queue[Chunk | None] = queue.Queue(WAITING_CHUNKS)
        self._aborted = threading.Event()

    async def put(self, chunk: Chunk | None, ended: Callable[[], bool]) -> None:
        """Adds a chunk, None for the end; gives up when nobody takes chunks any more."""
        while not ended():
            try:
                self._chunks.put_nowait(chunk)
            except queue.Full:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return

    def abort(self) -> None:
        """Says that the rest will not come."""
        self._aborted.set()
        with contextlib.suppress(queue.Full):  # then nobody waits for a chunk
            self._chunks.put_nowait(None)

    def chunks(self) -> Iterator[Chunk]:
        """Yields the chunks, on the thread that compares them; raises RosterAbortedError."""
        while (chunk := self._next()) is not None:
            yield chunk

    def _next(self) -> Chunk | None:
        waited = 0.0
        while True:
            try:
                chunk = self._chunks.get(timeout=0.2)
            except queue.Empty:
                waited += 0.2
                if self._aborted.is_set() or waited >= STALL_SECONDS:
                    raise RosterAbortedError from None
                continue
            if self._aborted.is_set():
                raise RosterAbortedError
            return chunk
