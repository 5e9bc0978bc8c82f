"""Content-Encoding of requests: gzip and deflate, undone piece by piece, since a small body may hold a large one."""

from __future__ import annotations

import zlib
from typing import Protocol

from edge.faults import SoapFault, client_fault

WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
IDENTITY = "identity"
CODINGS = frozenset({IDENTITY, *WINDOWS})


class Decoding(Protocol):
    """Bytes as they were before they were encoded."""

    def feed(self, data: bytes) -> None:
        """Takes what came over the wire."""
        ...

    def take(self, most: int) -> bytes:
        """Returns the next bytes, about so many at the most; b"" where more must come first."""
        ...

    @property
    def is_drained(self) -> bool:
        """Whether nothing more can be taken before more is fed."""
        ...

    def close(self) -> None:
        """Raises a fault where what was fed is not all of it."""
        ...


def decoding_of(coding: str) -> Decoding:
    """Returns what undoes one of CODINGS."""
    return Identity() if coding == IDENTITY else Inflating(WINDOWS[coding])


class Identity:
    """No encoding."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> None:
        if data:
            self._pieces.append(data)

    def take(self, most: int) -> bytes:  # noqa: ARG002 (it is in memory already)
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        return data

    @property
    def is_drained(self) -> bool:
        return not self._pieces

    def close(self) -> None:
        return


class Inflating:
    """gzip and deflate."""

    def __init__(self, window: int) -> None:
        self._inflate = zlib.decompressobj(window)
        self._fed = b""
        self.is_drained = True

    def feed(self, data: bytes) -> None:
        if self._inflate.eof and data:
            raise malformed()
        self._fed += data
        self.is_drained = self.is_drained and not data

    def take(self, most: int) -> bytes:
        try:
            data = self._inflate.decompress(self._fed, most)
        except zlib.error:
            raise malformed() from None
        self._fed = self._inflate.unconsumed_tail
        self.is_drained = not self._fed and len(data) < most
        if self._inflate.unused_data:
            raise malformed()
        return data

    def close(self) -> None:
        if not self._inflate.eof:
            raise malformed()


def malformed() -> SoapFault:
    return client_fault("The body is not encoded as its Content-Encoding says.")
