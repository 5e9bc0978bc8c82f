"""Moments that requests name."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from runtime.errors import invalid_field


def moment_of(field: str, stamp: Timestamp) -> datetime:
    """Returns a moment in UTC; INVALID_ARGUMENT for one before the year 1 or after 9999."""
    try:
        return stamp.ToDatetime(UTC)
    except (OverflowError, ValueError) as error:
        raise invalid_field(field, f"{field} is no moment between the years 1 and 9999.") from error
