"""Read.Calendar.Event."""

from __future__ import annotations

from organisation.v1.read_calendar_event_pb2 import (
    CalendarEvent,
    ReadCalendarEventRequest,
    ReadCalendarEventResponse,
)
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from lms.among import among
from lms.tables import calendar_event, course, organisation, person
from runtime.timestamps import timestamp
from services.read.errors import refused
from services.read.rows import AnyRow
from services.read.scope import Scope, searchable

MOST_KEYS = 10_000

next_event = calendar_event.alias()


def read_calendar_event(
    connection: Connection, scope: Scope, request: ReadCalendarEventRequest
) -> ReadCalendarEventResponse:
    """Reads events by their keys: one statement. Keys of events that the caller does not see are left out."""
    keys = list(dict.fromkeys(searchable(key) for key in request.sync_keys))
    if len(keys) > MOST_KEYS:
        raise refused(f"No more than {MOST_KEYS} SyncKeys can be asked for at once.")
    rows = connection.execute(events(scope).where(among(connection, calendar_event.c.sync_key, keys)))
    found = {row.sync_key: row for row in rows}
    return ReadCalendarEventResponse(events=[as_event(found[key]) for key in keys if key in found])


def events(scope: Scope) -> Select[tuple[object, ...]]:
    """Selects the events that the caller sees: of courses and groups that it sees, and of people that it sees."""
    of_person = and_(calendar_event.c.course_id.is_(None), calendar_event.c.organisation_id.is_(None))
    seen = or_(course.c.id.is_not(None), organisation.c.id.is_not(None), and_(of_person, person.c.id.is_not(None)))
    joined = (
        calendar_event.outerjoin(person, and_(person.c.id == calendar_event.c.owner_id, scope.people()))
        .outerjoin(course, and_(course.c.id == calendar_event.c.course_id, scope.courses()))
        .outerjoin(organisation, and_(organisation.c.id == calendar_event.c.organisation_id, scope.organisations()))
        .outerjoin(next_event, and_(next_event.c.id == calendar_event.c.next_event_id, seen_next(scope)))
    )
    return (
        select(
            calendar_event,
            person.c.id.label("seen_owner_id"),
            person.c.sync_key.label("owner_sync_key"),
            course.c.sync_key.label("course_sync_key"),
            organisation.c.sync_key.label("organisation_sync_key"),
            next_event.c.id.label("seen_next_id"),
            next_event.c.sync_key.label("seen_next_sync_key"),
        )
        .select_from(joined)
        .where(calendar_event.c.site_id == scope.site_id, calendar_event.c.deleted_at.is_(None), seen)
    )


def seen_next(scope: Scope) -> ColumnElement[bool]:
    """The condition that the caller sees the event that another one leads to, which is a course's."""
    of_course = exists().where(course.c.id == next_event.c.course_id, scope.courses()).correlate(next_event)
    return and_(next_event.c.deleted_at.is_(None), of_course)


def as_event(row: AnyRow) -> CalendarEvent:
    return CalendarEvent(
        course_id=row.course_id,
        course_sync_key=row.course_sync_key,
        description=row.description,
        end_date_time=timestamp(row.end_at),
        event_id=row.id,
        group_hierarchy_id=row.organisation_id,
        group_hierarchy_sync_key=row.organisation_sync_key,
        is_lesson=row.is_lesson,
        next_event_id=row.seen_next_id,
        next_event_sync_key=row.seen_next_sync_key,
        show_extra_description=row.show_extra_description,
        start_date_time=timestamp(row.start_at),
        sync_key=row.sync_key,
        title=row.title,
        title_read_only_in_ui=row.title_read_only,
        user_id=row.seen_owner_id,
        user_sync_key=row.owner_sync_key,
    )
