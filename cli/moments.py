"""Moments as options give them."""

from __future__ import annotations

import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp_of(moment: datetime.datetime | None) -> Timestamp | None:
    """Returns a moment as messages hold it; one without a time zone is UTC."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC))
    return stamp
