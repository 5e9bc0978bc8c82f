"""Base64 that comes in pieces: the same is taken and the same refused wherever it is cut."""

from __future__ import annotations

import binascii

SPACE = b" \t\r\n"


class Base64Pieces:
    """Decodes pieces of base64, white space left out. Raises ValueError for what is none."""

    def __init__(self) -> None:
        self._rest = b""
        self._padded = False

    def decode(self, data: bytes) -> bytes:
        """Returns what the whole groups of four so far stand for."""
        text = self._rest + data.translate(None, SPACE)
        whole = len(text) // 4 * 4
        text, self._rest = text[:whole], text[whole:]
        # binascii takes more padding than a group can have, but only where that comes in the same piece.
        if (text and self._padded) or text.endswith(b"==="):
            raise ValueError("data after the padding")
        self._padded = text.endswith(b"=") or self._padded
        try:
            return binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error

    def close(self) -> None:
        """Ends the text, which must not be within a group of four."""
        if self._rest:
            raise ValueError("it ends within a group")
