"""Read.Course.Element."""

from __future__ import annotations

from organisation.v1.read_course_elements_pb2 import ReadCourseElementRequest, ReadCourseElementResponse
from sqlalchemy import Connection, and_

from lms.tables import element
from services.read.element_rows import as_element, contents_where, select_elements
from services.read.errors import not_valid
from services.read.scope import Scope, find_course, one_of, searchable


def read_course_element(
    connection: Connection, scope: Scope, request: ReadCourseElementRequest
) -> ReadCourseElementResponse:
    """Reads one element of a course; a folder is one too."""
    course_id = find_course(connection, scope, request)
    element_id = request.element_id if request.HasField("element_id") else None
    one_of("Element", element_id, request.element_sync_key)
    wanted = and_(
        element.c.course_id == course_id,
        element.c.id == element_id
        if element_id is not None
        else and_(element.c.site_id == scope.site_id, element.c.sync_key == searchable(request.element_sync_key)),
    )
    rows = select_elements(connection, wanted)
    if not rows:
        raise not_valid("Element", "ElementId/ElementSyncKey")
    contents = contents_where(connection, scope, wanted, rows) if request.include_content else None
    return ReadCourseElementResponse(course_element=as_element(rows[0], scope, contents))
