"""Read.Courses."""

from __future__ import annotations

from organisation.v1.read_courses_pb2 import (
    COURSE_ID_TYPE_COURSE_ID,
    COURSE_ID_TYPE_COURSE_SYNC_KEY,
    COURSE_ID_TYPE_GROUP_HIERARCHY_ID,
    COURSE_ID_TYPE_GROUP_HIERARCHY_SYNC_KEY,
    COURSE_ID_TYPE_ORGANISATION_SYNC_KEY,
    COURSE_ID_TYPE_TERM_SYNC_KEY,
    COURSE_ID_TYPE_UNSPECIFIED,
    Course,
    ReadCoursesRequest,
    ReadCoursesResponse,
)
from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from lms.tables import course, course_term, term
from services.read.course_data import additional_data
from services.read.errors import not_valid, refused
from services.read.page import Page, select_page
from services.read.scope import Scope, number_of, searchable

SINGLE = (COURSE_ID_TYPE_COURSE_ID, COURSE_ID_TYPE_COURSE_SYNC_KEY)


def read_courses(connection: Connection, scope: Scope, request: ReadCoursesRequest) -> ReadCoursesResponse:
    """Lists courses by id: four statements at most, whatever the page.

    A course asked for by its own number or key is an error when it is deleted, unknown or out of sight, and is shown
    when it is archived; every other filter leaves deleted and archived courses out.
    """
    wanted = and_(scope.courses(), matching(scope, request))
    query = select(course.c.id, course.c.sync_key, course.c.title, course.c.code).where(wanted)
    shown, base = select_page(connection, Page.of(request.base), query, course.c.id)
    if not base.total and request.id_type in SINGLE:
        raise not_valid("Course", "CourseId/CourseSyncKey")
    more = additional_data(connection, scope, shown) if request.include_additional_data else {}
    return ReadCoursesResponse(
        base=base,
        courses=[
            Course(
                additional_data=more.get(row.id),
                course_code=row.code,
                course_id=row.id,
                course_sync_key=row.sync_key,
                course_title=row.title,
            )
            for row in shown
        ],
    )


def matching(scope: Scope, request: ReadCoursesRequest) -> ColumnElement[bool]:
    """Returns the condition that the request's Id and IdType stand for."""
    kind, text = request.id_type, request.id
    if kind == COURSE_ID_TYPE_UNSPECIFIED:
        if text:
            raise refused("IdType cannot be Unspecified when Id is specified.")
        return course.c.is_archived.is_(False)
    if not text:
        raise refused("Id must be specified when IdType is specified.")
    if kind == COURSE_ID_TYPE_COURSE_ID:
        return is_number(text)
    if kind == COURSE_ID_TYPE_COURSE_SYNC_KEY:
        return course.c.sync_key == searchable(text)
    return and_(course.c.is_archived.is_(False), of_group(scope, kind, text))


def of_group(scope: Scope, kind: int, text: str) -> ColumnElement[bool]:
    """Returns the condition that a course belongs to what the Id names; an unknown name has no courses.

    Each course is a group of the hierarchy by itself, under its own number and key, and so is each organisation, under
    its key. An organisation's courses are also those of the organisations below it.
    """
    key = searchable(text)
    of_organisation = scope.within(course, (key,))
    if kind == COURSE_ID_TYPE_ORGANISATION_SYNC_KEY:
        return of_organisation
    if kind == COURSE_ID_TYPE_TERM_SYNC_KEY:
        of_site = and_(term.c.site_id == scope.site_id, term.c.sync_key == key, term.c.deleted_at.is_(None))
        return course.c.id.in_(
            select(course_term.c.course_id).join(term, term.c.id == course_term.c.term_id).where(of_site)
        )
    if kind == COURSE_ID_TYPE_GROUP_HIERARCHY_ID:
        return is_number(text)
    if kind == COURSE_ID_TYPE_GROUP_HIERARCHY_SYNC_KEY:
        return or_(course.c.sync_key == key, of_organisation)
    raise refused("IdType is not valid.")


def is_number(text: str) -> ColumnElement[bool]:
    number = number_of(text)
    return false() if number is None else course.c.id == number
