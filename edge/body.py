"""The body of an HTTP request, within its limits: whole for a call, in pieces on a thread for an upload."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from edge.faults import SoapFault, client_fault
from edge.http import Receive, Request

PIECE_BYTES = 256 * 1024


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """Returns the whole body; raises a fault beyond the limit, which is not read further, or where it comes late."""
    declared = request.declared_length
    if declared is not None and declared > limit:
        raise too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            event = await request.receive()
            body: bytes = event.get("body", b"")
            if not event.get("more_body", False):
                return body
            return await read_rest(request.receive, body, limit)
    except TimeoutError:
        raise late() from None


async def read_rest(receive: Receive, first: bytes, limit: int) -> bytes:
    pieces, size, more = [first], len(first), True
    while more:
        if size > limit:
            raise too_large(limit)
        event = await receive()
        pieces.append(event.get("body", b""))
        size += len(pieces[-1])
        more = event.get("more_body", False)
    if size > limit:
        raise too_large(limit)
    return b"".join(pieces)


class UploadBody:
    """Read by a thread: at most so many bytes, until a deadline, and never long without one; beyond, it raises a fault.

    ended: all of it was read, so that the connection can be used again.
    """

    def __init__(self, request: Request, limit: int, seconds: float, idle_seconds: float) -> None:
        """Made on the event loop whose events it reads."""
        self._receive = request.receive
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._deadline = time.monotonic() + seconds
        self._idle_seconds = idle_seconds
        self._left = b""
        self._read = 0
        self.ended = False
        declared = request.declared_length
        if declared is not None and declared > limit:
            raise too_large(limit)

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Returns the next bytes, at most so many; b"" at the end, or where the client has gone."""
        while not self._left and not self.ended:
            event = self._next_event()
            self._left = event.get("body", b"")
            self._read += len(self._left)
            self.ended = not event.get("more_body", False)
            if self._read > self._limit:
                raise too_large(self._limit)
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    def _next_event(self) -> Mapping[str, Any]:
        seconds = min(self._deadline - time.monotonic(), self._idle_seconds)
        if seconds <= 0:
            raise late()
        try:
            return asyncio.run_coroutine_threadsafe(next_event(self._receive, seconds), self._loop).result()
        except TimeoutError:
            raise late() from None


async def next_event(receive: Receive, seconds: float) -> Mapping[str, Any]:
    async with asyncio.timeout(seconds):
        return await receive()


def too_large(limit: int) -> SoapFault:
    return client_fault(f"The maximum message size quota for incoming messages ({limit}) has been exceeded.")


def late() -> SoapFault:
    return client_fault("The message did not arrive in time.")
