"""When elements are active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.statements import KEY, delete_of, select_of
from lms.tables import element_active_period
from lms.unit_of_work import UnitOfWork
from lms.values import values_of

STORED = select_of(
    element_active_period.c.element_id, element_active_period.c.active_from, element_active_period.c.active_to
)


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when; None: without beginning, without end."""

    active_from: datetime | None = None
    active_to: datetime | None = None


def period_of(work: UnitOfWork, element_id: int) -> Period:
    """Returns when an element is active."""
    row = work.execute(STORED, {KEY: element_id}, element_id=element_id).one_or_none()
    return Period() if row is None else Period(row.active_from, row.active_to)


def set_period(work: UnitOfWork, element_id: int, period: Period) -> None:
    """Sets when an element is active."""
    table = element_active_period
    work.execute(delete_of(table.c.element_id), {KEY: element_id}, element_id=element_id)
    if period != Period():
        work.insert(table, {"element_id": element_id, **values_of(period)})
