"""Makes, changes, connects and deletes calendar events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select, update

from lms.elements import Origin, add_key
from lms.statements import change_rows
from lms.tables import calendar_event, locked_period
from lms.unit_of_work import UnitOfWork, Values

MOMENT = timedelta(microseconds=1)

STORED = (
    select(
        calendar_event.c.id,
        calendar_event.c.sync_key,
        calendar_event.c.owner_id,
        calendar_event.c.course_id,
        calendar_event.c.organisation_id,
        calendar_event.c.start_at,
        calendar_event.c.end_at,
        calendar_event.c.description != "",
    )
    .where(
        calendar_event.c.site_id == bindparam("site_id"),
        calendar_event.c.sync_key.in_(bindparam("keys", expanding=True)),
        calendar_event.c.deleted_at.is_(None),
    )
    .order_by(calendar_event.c.id)
    .with_for_update()
)
LOCKED = select(
    exists().where(
        locked_period.c.course_id == bindparam("course"),
        locked_period.c.start_at < bindparam("until"),
        locked_period.c.end_at > bindparam("since"),
    )
)
LET_GO = update(calendar_event).where(calendar_event.c.next_event_id == bindparam("number")).values(next_event_id=None)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is not deleted."""

    id: int
    sync_key: str
    owner_id: int
    course_id: int | None
    organisation_id: int | None
    start_at: datetime
    end_at: datetime
    has_description: bool


def find_events(work: UnitOfWork, sync_keys: Collection[str]) -> dict[str, StoredEvent]:
    """Returns the events of the site that have these keys, by key, and locks them."""
    if not sync_keys:
        return {}
    rows = work.execute(STORED, {"site_id": work.site_id, "keys": sorted(set(sync_keys))})
    return {row.sync_key: StoredEvent(*row) for row in rows}


def is_locked(work: UnitOfWork, course_id: int, start_at: datetime, end_at: datetime) -> bool:
    """Whether a time in a course touches one of its locked periods; a moment counts as what begins with it."""
    until = max(end_at, start_at + MOMENT)
    values = {"course": course_id, "since": start_at, "until": until}
    return bool(work.scalar(LOCKED, values))


def add_event(work: UnitOfWork, sync_key: str, values: Values, origin: Origin) -> None:
    """Stages an event; values: its columns from owner_id to is_lesson. Its key must be free."""
    add_key(work, sync_key, "calendar_event")
    work.insert(
        calendar_event,
        {
            "id": work.new_id(calendar_event),
            "site_id": work.site_id,
            "sync_key": sync_key,
            **values,
            "next_event_id": None,
            "vendor_id": origin.vendor_id,
            "created_at": work.now,
            "updated_at": work.now,
            "deleted_at": None,
            "credential_id": origin.credential_id,
            "message_id": origin.message_id,
        },
    )


def change_event(work: UnitOfWork, number: int, values: Values) -> None:
    """Changes columns of an event; one that leaves its course leads nowhere, and nothing leads to it."""
    if values.get("course_id", number) is None:
        work.execute(LET_GO, {"number": number})
        values = {**values, "next_event_id": None}
    change_rows(work, calendar_event.c.id, number, {**values, "updated_at": work.now})


def connect_events(work: UnitOfWork, source: int, target: int | None) -> None:
    """Makes one event the next of another, and of no other; None: the source leads nowhere."""
    if target is None:
        change_event(work, source, {"next_event_id": None})
        return
    work.execute(LET_GO, {"number": target})
    change_event(work, source, {"next_event_id": target, "show_extra_description": True})


def delete_event(work: UnitOfWork, number: int) -> None:
    """Marks an event deleted: it leads nowhere, and nothing leads to it."""
    work.execute(LET_GO, {"number": number})
    change_event(work, number, {"next_event_id": None, "deleted_at": work.now})
