"""Read.Courses.ForPerson."""

from __future__ import annotations

from organisation.v1.read_courses_for_person_pb2 import (
    PersonCourse,
    ReadCoursesForPersonRequest,
    ReadCoursesForPersonResponse,
)
from sqlalchemy import Connection, exists, select

from lms.tables import course, favourite, membership
from services.read.course_data import additional_data
from services.read.organisations import living
from services.read.page import Page, select_page
from services.read.people import find_person_by
from services.read.scope import Scope


def read_courses_for_person(
    connection: Connection, scope: Scope, request: ReadCoursesForPersonRequest
) -> ReadCoursesForPersonResponse:
    """Lists by id the courses that a person is a member of, whatever the role: five statements at most.

    Deleted and archived courses are left out; those that the person has starred without being in them are, too.
    """
    person_id = find_person_by(connection, scope, request.id_type, request.id)
    taken = select(membership.c.course_id).where(membership.c.person_id == person_id, membership.c.deleted_at.is_(None))
    starred = exists().where(
        favourite.c.person_id == person_id, favourite.c.course_id == course.c.id, favourite.c.deleted_at.is_(None)
    )
    query = select(
        course.c.id,
        course.c.sync_key,
        course.c.title,
        course.c.code,
        starred.label("is_favourite"),
        living(course.c.organisation_id),
    ).where(scope.courses(), course.c.is_archived.is_(False), course.c.id.in_(taken))
    shown, base = select_page(connection, Page.of(request.base), query, course.c.id)
    more = additional_data(connection, scope, shown) if request.include_additional_data else {}
    return ReadCoursesForPersonResponse(
        base=base,
        courses=[
            PersonCourse(
                additional_data=more.get(row.id),
                course_code=row.code,
                course_id=row.id,
                course_sync_key=row.sync_key,
                course_title=row.title,
                is_favourite=row.is_favourite,
                organisation_id=row.organisation_id,
            )
            for row in shown
        ],
    )
