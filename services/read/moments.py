"""Moments, as the wire has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from google.protobuf.timestamp_pb2 import Timestamp

from runtime.errors import invalid_field
from runtime.timestamps import timestamp


def midnight(day: date | None) -> Timestamp | None:
    """Returns the beginning of a day, UTC."""
    return None if day is None else timestamp(datetime.combine(day, time(), UTC))


def moment_of(field: str, stamp: Timestamp) -> datetime:
    """Returns a moment in UTC; INVALID_ARGUMENT for one before the year 1 or after 9999."""
    try:
        return stamp.ToDatetime(UTC)
    except (OverflowError, ValueError) as error:
        raise invalid_field(field, f"{field} is no moment between the years 1 and 9999.") from error
