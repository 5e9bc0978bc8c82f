"""Read.Course.Elements."""

from __future__ import annotations

from organisation.v1.read_course_elements_pb2 import (
    COURSE_ELEMENT_OUTPUT_ELEMENT,
    COURSE_ELEMENT_OUTPUT_FOLDER,
    COURSE_ELEMENT_OUTPUT_UNSPECIFIED,
    ReadCourseElementsRequest,
    ReadCourseElementsResponse,
)
from sqlalchemy import ColumnElement, Connection, and_, exists, select

from lms.tables import element
from services.read.element_rows import (
    FOLDER,
    IS_FOLDER,
    as_element,
    as_folder,
    contents_where,
    select_elements,
)
from services.read.errors import not_valid, refused
from services.read.scope import Scope, find_course


def read_course_elements(
    connection: Connection, scope: Scope, request: ReadCourseElementsRequest
) -> ReadCourseElementsResponse:
    """Lists one level of a course, in its order: course, folder, level and contents, each in its own statement."""
    course_id = find_course(connection, scope, request)
    wanted = and_(in_folder(connection, course_id, request.folder_id), of_output(request.output))
    rows = select_elements(connection, wanted)
    elements = [row for row in rows if row.kind != FOLDER]
    held = and_(wanted, ~IS_FOLDER)
    contents = contents_where(connection, scope, held, elements) if request.include_content else None
    return ReadCourseElementsResponse(
        course_elements=[as_element(row, scope, contents) for row in elements],
        course_folders=[as_folder(row) for row in rows if row.kind == FOLDER],
    )


def in_folder(connection: Connection, course_id: int, folder_id: int) -> ColumnElement[bool]:
    """Returns the condition that an element lies in the folder; 0 is the root, as it is in what is answered."""
    if not folder_id:
        return and_(element.c.course_id == course_id, element.c.parent_id.is_(None))
    there = exists().where(
        element.c.id == folder_id, element.c.course_id == course_id, IS_FOLDER, element.c.deleted_at.is_(None)
    )
    if not connection.execute(select(there)).scalar_one():
        raise not_valid("Folder", "FolderId")
    return and_(element.c.course_id == course_id, element.c.parent_id == folder_id)


def of_output(output: int) -> ColumnElement[bool]:
    """Returns the condition that an element is of the kind to list."""
    if output == COURSE_ELEMENT_OUTPUT_FOLDER:
        return IS_FOLDER
    if output == COURSE_ELEMENT_OUTPUT_ELEMENT:
        return ~IS_FOLDER
    if output == COURSE_ELEMENT_OUTPUT_UNSPECIFIED:
        return and_(True)
    raise refused("Output is not valid.")
