"""Moments as the store keeps them: whole microseconds since 1970, UTC."""

from __future__ import annotations

import time

from google.protobuf.timestamp_pb2 import Timestamp

SECOND = 1_000_000
MINUTE = 60 * SECOND
LATEST = 253_402_300_800 * SECOND - 1
"""The end of the year 9999."""


def now() -> int:
    """Returns this moment in microseconds."""
    return time.time_ns() // 1000


def timestamp(moment: int | None) -> Timestamp | None:
    """Returns the moment as protobuf has it; None where there is none."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromMicroseconds(moment)
    return stamp
