"""Moments as the store keeps them: whole microseconds since 1970, UTC."""

from __future__ import annotations

import time
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND


def now() -> int:
    """Returns this moment in microseconds."""
    return time.time_ns() // 1000


def timestamp(moment: int | None) -> Timestamp | None:
    """Returns the moment as protobuf has it; None where there is none."""
    if moment is None:
        return None
    seconds, rest = divmod(moment, SECOND)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def moment_of(stamp: Timestamp) -> int:
    """Returns a protobuf moment in microseconds."""
    return stamp.seconds * SECOND + stamp.nanos // 1000
