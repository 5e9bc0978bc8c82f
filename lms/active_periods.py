"""When elements are active."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select

from lms.tables import element_active_period
from lms.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when; None: without beginning, without end."""

    active_from: datetime | None = None
    active_to: datetime | None = None


def period_of(work: UnitOfWork, element_id: int) -> Period:
    """Returns when an element is active."""
    table = element_active_period
    query = select(table.c.active_from, table.c.active_to).where(table.c.element_id == element_id)
    row = work.connection().execute(query).one_or_none()
    return Period() if row is None else Period(row.active_from, row.active_to)


def set_period(work: UnitOfWork, element_id: int, period: Period) -> None:
    """Sets when an element is active."""
    table = element_active_period
    work.connection().execute(delete(table).where(table.c.element_id == element_id))
    if period != Period():
        work.insert(table, {"element_id": element_id, **asdict(period)})
