"""More about courses: AdditionalData of Read.Courses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from organisation.v1.read_courses_pb2 import CourseAdditionalData, CourseTerm
from sqlalchemy import Connection, select

from lms.among import among
from lms.tables import course, course_term, organisation, term
from runtime.timestamps import timestamp
from services.read.moments import midnight
from services.read.organisations import with_organisation
from services.read.rows import AnyRow
from services.read.scope import Scope

COURSES = select(
    course.c.id,
    course.c.sync_key,
    course.c.description,
    course.c.credits,
    course.c.is_archived,
    course.c.created_at,
    course.c.updated_at,
    organisation.c.id.label("organisation_id"),
    organisation.c.sync_key.label("organisation_sync_key"),
    organisation.c.title.label("organisation_title"),
).select_from(with_organisation(course))
TERMS = (
    select(course_term.c.course_id, term.c.id, term.c.sync_key, term.c.title, term.c.start_date, term.c.end_date)
    .join(term, term.c.id == course_term.c.term_id)
    .where(term.c.deleted_at.is_(None))
    .order_by(course_term.c.course_id, course_term.c.position)
)


def additional_data(connection: Connection, scope: Scope, courses: Sequence[AnyRow]) -> dict[int, CourseAdditionalData]:
    """Returns what is known of these courses, by number: two statements.

    A course has no days of its own: it lasts from the first day of its terms to the last, also of those that the
    caller does not see.
    """
    if not courses:
        return {}
    course_ids = [row.id for row in courses]
    terms: dict[int, list[AnyRow]] = defaultdict(list)
    of_courses = TERMS.add_columns(scope.terms().label("is_seen")).where(
        among(connection, course_term.c.course_id, course_ids)
    )
    for row in connection.execute(of_courses):
        terms[row.course_id].append(row)
    rows = connection.execute(COURSES.where(among(connection, course.c.id, course_ids)))
    return {row.id: course_data(row, terms[row.id]) for row in rows}


def course_data(row: AnyRow, terms: Sequence[AnyRow]) -> CourseAdditionalData:
    return CourseAdditionalData(
        course_description=row.description,
        created_date=timestamp(row.created_at),
        credits=row.credits,
        end_date=midnight(max((each.end_date for each in terms if each.end_date), default=None)),
        group_hierarchy_id=row.id,
        group_hierarchy_sync_key=row.sync_key,
        is_archived=row.is_archived,
        last_updated=timestamp(row.updated_at),
        organisation_id=row.organisation_id,
        organisation_sync_key=row.organisation_sync_key,
        organisation_title=row.organisation_title,
        start_date=midnight(min((each.start_date for each in terms if each.start_date), default=None)),
        terms=[
            CourseTerm(name=each.title, term_id=each.id, term_sync_key=each.sync_key) for each in terms if each.is_seen
        ],
    )
