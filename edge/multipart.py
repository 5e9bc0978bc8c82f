"""Reads multipart/related as it arrives: the root part, then the one attachment that the root names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from edge.base64_pieces import Base64Pieces
from edge.faults import client_fault

EARLY_BYTES = 1024 * 1024
"""Attachments may come before the root part as long as that begins within so many bytes (decision 15)."""
MAX_PARTS = 16
PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})

logging.getLogger("python_multipart").setLevel(logging.CRITICAL + 1)


class RelatedHandler(Protocol):
    """What takes the parts."""

    def root_data(self, data: bytes) -> None: ...

    def root_end(self) -> str:
        """Returns the decoded id of the attachment that the root names; "" for none."""
        ...

    def attachment_data(self, data: bytes) -> None: ...


class Part:
    """Headers of a part, and the decoding of its bytes."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self._pieces = Base64Pieces()
        self.decode: Callable[[bytes], bytes] = bytes

    def begin(self) -> None:
        """Takes its transfer encoding from its headers; raises a fault for one that is not known."""
        encoding = self.headers.get("content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            self.decode = self._base64
        elif encoding not in PLAIN_ENCODINGS:
            raise client_fault(f"The transfer encoding '{encoding[:40]}' of a part is not supported.")

    @property
    def content_id(self) -> str:
        return decoded_id(self.headers.get("content-id", ""))

    def end(self) -> None:
        try:
            self._pieces.close()
        except ValueError:
            raise client_fault("A part ends within its base64.") from None

    def _base64(self, data: bytes) -> bytes:
        try:
            return self._pieces.decode(data)
        except ValueError:
            raise client_fault("A part is not base64 as it says.") from None


def decoded_id(text: str) -> str:
    """Returns a Content-ID, or what follows "cid:", in the one form in which both are compared."""
    return unquote(text.strip().removeprefix("<").removesuffix(">"))


class RelatedReader:
    """Tells root, wanted attachment and other parts from one another, and passes their bytes on."""

    def __init__(self, boundary: str, start: str, handler: RelatedHandler) -> None:
        self._start_id = decoded_id(start)
        self._handler = handler
        self._part = Part()
        self._parts = 0
        self._field, self._value = b"", b""
        self._take: Callable[[bytes], None] = self._skip
        self._early: dict[str, bytearray] = {}
        self._early_size = 0
        self._root_done = False
        self._wanted = ""
        self._found = False
        self._complete = False
        self._parser = MultipartParser(
            boundary.encode("latin-1"),
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def feed(self, data: bytes) -> None:
        """Takes the next bytes, from the first delimiter on; raises a fault for what is no multipart."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise client_fault("The parts of the message cannot be told apart.") from None

    def close(self) -> None:
        """Raises a fault where the closing delimiter, the root or the attachment is missing."""
        if not self._complete:
            raise client_fault("The message ends before its closing boundary.")
        if not self._root_done:
            raise client_fault("The root part of the message is missing.")
        if self._wanted and not self._found:
            raise client_fault(f"The attachment '{self._wanted[:200]}' is missing.")

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise client_fault(f"The message has more than {MAX_PARTS} parts.")
        self._part = Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._part.headers[self._field.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._field, self._value = b"", b""

    def _headers_finished(self) -> None:
        self._part.begin()
        self._take = self._choose()

    def _choose(self) -> Callable[[bytes], None]:
        """Says where the bytes of the part go."""
        name = self._part.content_id
        if not self._root_done:
            if (self._parts == 1 and not self._start_id) or name == self._start_id:
                return self._handler.root_data
            self._early[name] = bytearray()
            return self._keep
        if not self._wanted or name != self._wanted:
            return self._skip
        if self._found:
            raise client_fault(f"The attachment '{name[:200]}' is there twice.")
        self._found = True
        return self._handler.attachment_data

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        decoded = self._part.decode(data[start:end])
        if decoded:
            self._take(decoded)

    def _part_end(self) -> None:
        self._part.end()
        if self._take == self._handler.root_data and not self._root_done:
            self._root_done = True
            self._wanted = self._handler.root_end()
            early = self._early.get(self._wanted) if self._wanted else None
            if early is not None:
                self._found = True
                self._handler.attachment_data(bytes(early))
            self._early.clear()

    def _keep(self, data: bytes) -> None:
        self._early_size += len(data)
        if self._early_size > EARLY_BYTES:
            raise client_fault("The root part must begin within the first MiB of the message.")
        self._early[self._part.content_id] += data

    def _skip(self, data: bytes) -> None:
        """Parts that nothing names are read past."""

    def _end(self) -> None:
        self._complete = True
