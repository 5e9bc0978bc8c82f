"""Finds the first delimiter of a multipart/related message, wherever its boundary is named."""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from email.parser import BytesHeaderParser

from edge.body import Readable
from edge.faults import client_fault

FIRST_READ_BYTES = 8 * 1024
PREAMBLE_BYTES = 64 * 1024
MAX_BOUNDARY = 200


def open_related(body: Readable, head: bytes, boundary: str, start: str) -> tuple[bytes, str, str]:
    """Reads up to the first delimiter; returns what was read from it on, the boundary and the id of the root part.

    head: what was read of the body before. Where the HTTP header names no boundary, the MIME headers of the message
    stand at the top of the body, or the body begins with the delimiter itself.
    """
    head = read_until(
        body, head, lambda data: len(data) >= FIRST_READ_BYTES or (boundary and delimiter(boundary) in data)
    )
    head = head.lstrip()
    if not boundary and not head.startswith(b"--"):
        head, headers = split_headers(body, head)
        boundary, start = parameter(headers, "boundary"), start or parameter(headers, "start")
    if not boundary and head.startswith(b"--"):
        boundary = head[2 : max(head.find(b"\r"), 2)].decode("latin-1").rstrip()
    if not boundary or len(boundary) > MAX_BOUNDARY or not boundary.isprintable():
        raise client_fault("The boundary of the message is missing, or cannot be one.")
    head = read_until(body, head, lambda data: delimiter(boundary) in data)
    found = head.find(delimiter(boundary))
    if found < 0:
        raise client_fault("The boundary of the message is not in its body.")
    return head[found:], boundary, start


def read_until(body: Readable, head: bytes, is_enough: Callable[[bytes], object]) -> bytes:
    while not is_enough(head) and len(head) < PREAMBLE_BYTES:
        data = body.read(FIRST_READ_BYTES)
        if not data:
            break
        head += data
    return head


def split_headers(body: Readable, head: bytes) -> tuple[bytes, Message]:
    head = read_until(body, head, lambda data: b"\r\n\r\n" in data)
    headers, _, rest = head.partition(b"\r\n\r\n")
    return rest, BytesHeaderParser().parsebytes(headers)


def parameter(headers: Message, name: str) -> str:
    value = headers.get_param(name, "")
    return value if isinstance(value, str) else ""


def delimiter(boundary: str) -> bytes:
    return b"--" + boundary.encode("latin-1", "replace")
