"""Waiting no longer than the caller does."""

from __future__ import annotations

from typing import Final

from runtime.interceptor import Context

ANSWER_SECONDS: Final = 0.1
"""What is left of a caller's time for the answer to arrive."""


def seconds_left(context: Context, wanted: float) -> float:
    """Returns how many seconds a call may wait: what was asked for, but not past the call's deadline."""
    left: float | None = context.time_remaining()
    return wanted if left is None else max(0.0, min(wanted, left - ANSWER_SECONDS))
