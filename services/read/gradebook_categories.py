"""Read.Course.Gradebook.Categories."""

from __future__ import annotations

from organisation.v1.read_gradebook_categories_pb2 import (
    CourseGradebookCategory,
    ReadCourseGradebookCategoriesRequest,
    ReadCourseGradebookCategoriesResponse,
)
from sqlalchemy import Connection, select, union

from lms.tables import gradebook_category, gradebook_item
from services.read.scope import Scope, find_course


def read_course_gradebook_categories(
    connection: Connection, scope: Scope, request: ReadCourseGradebookCategoriesRequest
) -> ReadCourseGradebookCategoriesResponse:
    """Lists the categories of a course by id: two statements.

    A category of the whole site is one of the courses that have items in it. The setting "Use assessment record" is
    not asked for, as the contract does not.
    """
    course_id = find_course(connection, scope, request)
    used = select(gradebook_item.c.category_id).where(
        gradebook_item.c.course_id == course_id,
        gradebook_item.c.category_id.is_not(None),
        gradebook_item.c.deleted_at.is_(None),
    )
    own = select(gradebook_category.c.id).where(gradebook_category.c.course_id == course_id)
    query = (
        select(gradebook_category.c.id, gradebook_category.c.title, gradebook_category.c.weight)
        .where(gradebook_category.c.id.in_(union(own, used)), gradebook_category.c.deleted_at.is_(None))
        .order_by(gradebook_category.c.id)
    )
    return ReadCourseGradebookCategoriesResponse(
        course_gradebook_categories=[
            CourseGradebookCategory(category_id=row.id, title=row.title, weight=row.weight)
            for row in connection.execute(query)
        ]
    )
