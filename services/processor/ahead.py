"""Prepares the messages of a claim while those before them are applied, as far as that waits for other services."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future

from organisation.v1 import lane_service_pb2

from services.processor.preparation import Prepared

Messages = Sequence[lane_service_pb2.LaneMessage]
Outcome = tuple[list[Prepared], Exception | None]
Prepare = Callable[[Messages], Callable[[], Outcome]]
"""Does what takes the interpreter, and returns what waits for other services."""


class Ahead:
    """Prepares some messages at a time; what was not applied yet is given again.

    What waits goes to a thread of the caller's. What takes the interpreter does not: the two would only hand it to and
    fro (a quarter more processor time, and no message sooner).
    """

    def __init__(self, messages: Messages, most: int, until: float, prepare: Prepare, thread: Executor) -> None:
        """messages: of a claim, without a gap; most: at a time; until: when, by the monotonic clock, to begin no more.

        prepare: comes to an outcome: those of its messages that it got through, and what kept it from the next one.
        """
        self._messages = messages
        self._first = messages[0].lane_seq
        self._most = most
        self._until = until
        self._prepare = prepare
        self._thread = thread
        self._next = 0
        self._running: Future[Outcome] | None = None
        self._stock: list[Prepared] = []
        self._failure: Exception | None = None

    def take(self, lane_seq: int, *, alone: bool = False) -> Outcome:
        """Returns the messages from this place on, and what keeps the one behind them from being prepared for a while.

        Some may have been prepared meanwhile. Unless alone, the next ones are begun.
        """
        self._stock = [one for one in self._stock if one.lane_seq >= lane_seq]
        if len(self._stock) < self._most and self._running is not None and self._running.done():
            self._end()
        if not self._stock:
            self._begin(lane_seq)
            self._end()
        if self._stock and self._failure is None and not alone and time.monotonic() < self._until:
            self._begin(self._stock[-1].lane_seq + 1)
        given = self._stock[: self._most]
        return given, self._failure if len(given) == len(self._stock) else None

    def _begin(self, lane_seq: int) -> None:
        """Begins to prepare from this place on, where that is not under way."""
        if self._running is None:
            at = lane_seq - self._first
            messages = self._messages[at : at + self._most]
            self._running = self._thread.submit(self._prepare(messages)) if messages else None

    def _end(self) -> None:
        """Waits for what is under way; raises what stays wrong."""
        running, self._running = self._running, None
        if running is not None:
            prepared, self._failure = running.result()
            self._stock = [*self._stock, *prepared]
