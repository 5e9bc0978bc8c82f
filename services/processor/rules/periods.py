"""When elements are active."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lms.active_periods import Period
from services.processor.binding import Nil
from services.processor.context import Context

WRONG_ORDER = "ActiveTo must be after ActiveFrom."


def check_period(
    context: Context, stored: Period, active_from: datetime | Nil | None, active_to: datetime | Nil | None
) -> Period:
    """Returns the stored period with those of its ends replaced that the message speaks of; it must not be empty."""
    period = stored
    if active_from is not None:
        period = replace(period, active_from=moment(active_from))
    if active_to is not None:
        period = replace(period, active_to=moment(active_to))
    if period.active_from is not None and period.active_to is not None and period.active_to <= period.active_from:
        context.refuse(WRONG_ORDER)
    return period


def moment(end: datetime | Nil) -> datetime | None:
    return None if isinstance(end, Nil) else end
