"""The body of an HTTP request, within its limits: whole for a call, in pieces on a thread for an upload."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from edge.content_encoding import IDENTITY, decoding_of
from edge.deadline import Deadline
from edge.faults import SoapFault, client_fault
from edge.http import Body, Request

PIECE_BYTES = 1024 * 1024
LINGER_BYTES = 256 * 1024 * 1024
LINGER_SECONDS = 10.0


async def read_body(request: Request, limit: int, deadline: Deadline) -> bytes:
    """Returns the whole body; raises a fault beyond the limit, which is not read further, or where it comes late."""
    declared = request.declared_length
    if declared is not None and declared > limit:
        raise too_large(limit)
    try:
        body = await deadline.wait(whole_body(request.body, declared, limit))
    except TimeoutError:
        raise late() from None
    coding = request.content_encoding
    return body if coding == IDENTITY else decoded(body, coding, limit)


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    decoding = decoding_of(coding)
    decoding.feed(body)
    data = decoding.take(limit + 1)
    if len(data) > limit:
        raise too_large(limit)
    decoding.close()
    return data


async def whole_body(body: Body, declared: int | None, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    # To be told of the end takes another turn of the server's thread and the loop.
    while size != declared and (piece := await body.piece()):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise too_large(limit)
    if declared is not None and size != declared:
        raise client_fault("The message ended before it was complete.")
    return b"".join(pieces)


class Readable(Protocol):
    """What the intake reads: the next bytes, at most so many; b"" at the end."""

    def read(self, size: int = PIECE_BYTES) -> bytes: ...


class UploadBody:
    """The body of an upload: its head on the event loop, then the whole of it on a thread.

    It ends with a fault after so many bytes, after so many seconds, and where nothing comes for a while.
    ended: all of it has come, so that the connection can be used again.
    """

    def __init__(self, request: Request, limit: int, seconds: float, idle_seconds: float) -> None:
        """Made on the event loop of its request."""
        self._body = request.body
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._deadline = time.monotonic() + seconds
        self._idle_seconds = idle_seconds
        self._decoding = decoding_of(request.content_encoding)
        self._more = True
        self._left = b""
        self._came = 0
        self.ended = False

    async def more_head(self, seconds: float) -> None:
        """Waits for more of the head; raises a fault where nothing comes in time."""
        if self._decoding.is_drained:
            self._take(await self._piece(seconds))
        self._left += self._decode()

    def head(self) -> Head:
        """Returns what has come, to be read without being taken."""
        return Head(self._left, ended=self.ended)

    @property
    def head_size(self) -> int:
        """Bytes that have come."""
        return len(self._left)

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Returns the next bytes, at most so many; b"" at the end, or where the client has gone. For a thread."""
        while not self._left and not self.ended:
            if self._decoding.is_drained:
                asyncio.run_coroutine_threadsafe(self._fetch(), self._loop).result()
            self._left = self._decode()
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    async def _fetch(self) -> None:
        """Takes a whole piece, since for each the loop and the thread wake each other; it ends when the body does."""
        came = 0
        while self._more and came < PIECE_BYTES:
            came += self._take(await self._piece(min(self._deadline - time.monotonic(), self._idle_seconds)))

    def _take(self, piece: bytes) -> int:
        self._decoding.feed(piece)
        self._more = bool(piece)
        return len(piece)

    def _decode(self) -> bytes:
        data = self._decoding.take(PIECE_BYTES)
        self._came += len(data)
        if self._came > self._limit:
            raise too_large(self._limit)
        self.ended = not self._more and self._decoding.is_drained
        if self.ended:
            self._decoding.close()
        return data

    async def _piece(self, seconds: float) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                return await self._body.piece()
        except TimeoutError:
            raise late() from None


class HeadEndsError(Exception):
    """What has come of a body does not tell yet."""


class Head:
    """The head of a body, as far as it has come."""

    def __init__(self, data: bytes, *, ended: bool) -> None:
        self._left = data
        self._ended = ended

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Returns the next bytes; raises HeadEndsError where more of them have yet to come."""
        if not self._left and not self._ended:
            raise HeadEndsError
        piece, self._left = self._left[:size], self._left[size:]
        return piece


async def drain(body: Body) -> None:
    """Reads on for a while, into nothing: a client that still sends would else lose the answer with its connection."""
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while left > 0 and (piece := await body.piece()):
                left -= len(piece)
    except TimeoutError:
        return


def too_large(limit: int) -> SoapFault:
    return client_fault(f"The maximum message size quota for incoming messages ({limit}) has been exceeded.")


def late() -> SoapFault:
    return client_fault("The message did not arrive in time.")
