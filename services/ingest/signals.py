"""Wake-ups on the event loop: that some lane has work, that a message has ended. Their loss costs time alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator

from runtime.errors import busy
from runtime.volatile import VolatileState

TOPIC = "lanes"

MessageKey = tuple[int, int]
"""(credential_id, message_id)."""


class Signal:
    """Wakes all who wait. Nobody misses a call that comes after they took their ticket."""

    def __init__(self) -> None:
        self._calls = 0
        self._waiting: asyncio.Future[None] | None = None

    def ticket(self) -> int:
        """Returns what to wait with; take it before looking for what is waited for."""
        return self._calls

    def set(self) -> None:
        """Wakes."""
        self._calls += 1
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None

    async def wait(self, ticket: int, seconds: float) -> None:
        """Returns at the first call since the ticket was taken, or when the time is over."""
        if self._calls != ticket:
            return
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait((self._waiting,), timeout=seconds)


class LaneSignal(Signal):
    """Wakes those who wait for work, in this process and, through the volatile state, in others."""

    def __init__(self, volatile: VolatileState) -> None:
        super().__init__()
        self._volatile = volatile
        self._loop = asyncio.get_running_loop()
        self._publishing: asyncio.Future[None] | None = None
        self._again = False
        self._end_listening = volatile.listen(TOPIC, self._on_publish)

    def rouse(self) -> None:
        """Wakes here at once, elsewhere soon: a publisher that is slow slows nobody but itself."""
        self.set()
        if self._publishing is None:
            self._publish()
        else:
            self._again = True

    async def close(self) -> None:
        """Ends the listening; what is being published is let end."""
        self._again = False
        if self._publishing is not None:
            await asyncio.wait((self._publishing,))
        await asyncio.to_thread(self._end_listening)

    def _publish(self) -> None:
        self._again = False
        self._publishing = self._loop.run_in_executor(None, self._volatile.publish, TOPIC)
        self._publishing.add_done_callback(self._published)

    def _published(self, _publishing: asyncio.Future[None]) -> None:
        self._publishing = None
        if self._again:
            self._publish()

    def _on_publish(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self.set)


class EndedMessages:
    """Calls that wait for messages to end; bounded."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._signals: dict[MessageKey, tuple[Signal, int]] = {}

    @contextlib.contextmanager
    def waiting_for(self, key: MessageKey) -> Iterator[Signal]:
        """Gives the signal of a message; RESOURCE_EXHAUSTED when too many wait."""
        if self._count >= self._most:
            raise busy()
        self._count += 1
        signal, holders = self._signals.get(key, (Signal(), 0))
        self._signals[key] = (signal, holders + 1)
        try:
            yield signal
        finally:
            self._count -= 1
            signal, holders = self._signals.pop(key)
            if holders > 1:
                self._signals[key] = (signal, holders - 1)

    def ended(self, keys: Iterable[MessageKey]) -> None:
        """Wakes who waits for these."""
        if not self._signals:
            return
        for key in keys:
            if key in self._signals:
                self._signals[key][0].set()
