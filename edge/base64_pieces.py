"""Base64 that comes in pieces: the same is taken and the same refused wherever it is cut."""

from __future__ import annotations

import binascii

import pybase64

SPACE = b" \t\r\n"


class Base64Pieces:
    """Decodes pieces of base64, white space left out. Raises ValueError for what is none."""

    def __init__(self) -> None:
        self._rest = b""
        self._padded = False

    def decode(self, data: bytes) -> bytes:
        """Returns what the whole groups of four so far stand for."""
        text = self._rest + without_space(data)
        whole = len(text) // 4 * 4
        text, self._rest = text[:whole], text[whole:]
        if text and self._padded:
            raise ValueError("data after the padding")
        self._padded = text.endswith(b"=") or self._padded
        try:
            return pybase64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error

    def close(self) -> None:
        """Ends the text, which must not be within a group of four."""
        if self._rest:
            raise ValueError("it ends within a group")


def without_space(data: bytes) -> bytes:
    """Returns the data itself where it has none: to look for it costs a tenth of leaving it out."""
    return data.translate(None, SPACE) if any(space in data for space in SPACE) else data
