"""Which bytes of a file a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping

ONE_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,30})\s*-\s*([0-9]{0,30})", re.ASCII | re.IGNORECASE)


class UnsatisfiableRangeError(Exception):
    """The range has none of the file's bytes."""


def asked_range(headers: Mapping[str, str], size: int, etag: str) -> range | None:
    """Returns the places of the bytes asked for, None for all of them; raises UnsatisfiableRangeError.

    A Range of several pieces, or that is none, is ignored, as the RFC allows; so is one for another version of the
    file (If-Range).
    """
    found = ONE_RANGE.fullmatch(headers.get("range", "").strip())
    if found is None or headers.get("if-range", "").strip() not in {"", etag}:
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        places = range(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        places = range(int(first), min(int(last) + 1, size) if last else size)
    if not places:
        raise UnsatisfiableRangeError
    return places


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Whether the client says that it has this version of the file already (If-None-Match)."""
    known = [part.strip().removeprefix("W/") for part in headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]
