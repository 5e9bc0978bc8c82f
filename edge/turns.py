"""Turns: of the many threads of a worker, one computes at a time; the others wait for bodies, services or their turn.

Python lets one thread run anyway. Left to themselves, dozens of runnable threads take the interpreter from each other
at every lock, parse and call: measured at 32 connections, a request cost 95 futex calls, most of its time.
"""

from __future__ import annotations

import threading
from types import TracebackType


class Turns:
    """A lock that its holder gives up while it waits: `with turns:`, and in it `with turns.away():`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._local.held = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._local.held = False
        self._lock.release()

    def away(self) -> Away:
        """Returns a context in which the calling thread's turn, if it has one, is another's."""
        return Away(self, held=getattr(self._local, "held", False))


class Away:
    """The time in which a thread waits."""

    __slots__ = ("_held", "_turns")

    def __init__(self, turns: Turns, *, held: bool) -> None:
        self._turns = turns
        self._held = held

    def __enter__(self) -> None:
        if self._held:
            self._turns.__exit__(None, None, None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held:
            self._turns.__enter__()
