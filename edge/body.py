"""The body of an HTTP request, read in pieces within its limits."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from edge.faults import client_fault

PIECE_BYTES = 256 * 1024


class Readable(Protocol):
    """What wsgi.input is."""

    def read(self, size: int = -1, /) -> bytes: ...


class LateInput:
    """The body of a request that did not arrive in time."""

    def read(self, _size: int = -1, /) -> bytes:
        raise late()


class RequestBody:
    """Reads at most so many bytes, until a deadline; beyond either it raises a fault.

    ended: all of it was read, so that the connection can be used again.
    """

    def __init__(self, environ: Mapping[str, Any], limit: int, seconds: float) -> None:
        self._source: Readable = environ["wsgi.input"]
        self._limit = limit
        self._read = 0
        self._deadline = time.monotonic() + seconds
        self.ended = False
        declared = str(environ.get("CONTENT_LENGTH") or "")
        self._declared = int(declared) if declared.isascii() and declared.isdigit() else None
        if self._declared is not None and self._declared > limit:
            raise self._too_large()

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Returns the next bytes, at most so many; b"" at the end."""
        if self._declared is not None:
            size = min(size, self._declared - self._read)
        if size <= 0:
            self.ended = True
            return b""
        if time.monotonic() > self._deadline:
            raise late()
        data = self._source.read(size)
        self._read += len(data)
        self.ended = not data or self._read == self._declared
        if self._read > self._limit:
            raise self._too_large()
        return data

    def read_all(self) -> bytes:
        """Returns the whole body."""
        if self._declared is not None and self._declared <= PIECE_BYTES:
            return self.read(self._declared)
        pieces = []
        while piece := self.read():
            pieces.append(piece)
        return b"".join(pieces)

    def _too_large(self) -> Exception:
        return client_fault(f"The maximum message size quota for incoming messages ({self._limit}) has been exceeded.")


def late() -> Exception:
    return client_fault("The message did not arrive in time.")
