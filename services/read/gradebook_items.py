"""Read.Course.Gradebook.Items."""

from __future__ import annotations

from organisation.v1.read_gradebook_items_pb2 import (
    GradebookItem,
    ReadCourseGradebookItemsRequest,
    ReadCourseGradebookItemsResponse,
)
from sqlalchemy import Connection, func, select

from lms.tables import (
    element,
    element_assignment,
    element_custom_activity,
    element_instance,
    element_test,
    extension_instance,
    gradebook_category,
    gradebook_item,
    term,
)
from runtime.timestamps import timestamp
from services.read.gradebook import ITEMS, find_gradebook, listed_items
from services.read.page import Page, select_page
from services.read.rows import AnyRow
from services.read.scope import Scope

shown = element.alias()  # what an instance shows of the library
# Of an item that belongs to an element, that and what it holds say all but category and term.
DETAILS = select(
    gradebook_item.c.id,
    gradebook_item.c.element_id,
    element.c.sync_key.label("element_sync_key"),
    func.coalesce(gradebook_item.c.title, element.c.title).label("title"),
    func.coalesce(gradebook_item.c.description, shown.c.description, element.c.description).label("description"),
    gradebook_category.c.id.label("category_id"),
    term.c.id.label("term_id"),
    func.coalesce(
        gradebook_item.c.assessment_scale_id,
        element_custom_activity.c.assessment_scale_id,
        element_assignment.c.assessment_scale,
        element_test.c.assessment_scale,
        extension_instance.c.assessment_scale,
    ).label("assessment_scale_id"),
    func.coalesce(gradebook_item.c.date, element.c.created_at).label("date"),
    func.coalesce(
        gradebook_item.c.deadline,
        element_custom_activity.c.deadline,
        element_assignment.c.deadline,
        element_test.c.deadline,
    ).label("deadline"),
    func.coalesce(
        gradebook_item.c.max_points, element_custom_activity.c.max_score, element_assignment.c.max_score
    ).label("max_points"),
    gradebook_item.c.weight,
).select_from(
    ITEMS.outerjoin(element_assignment, element_assignment.c.element_id == gradebook_item.c.element_id)
    .outerjoin(element_test, element_test.c.element_id == gradebook_item.c.element_id)
    .outerjoin(extension_instance, extension_instance.c.element_id == gradebook_item.c.element_id)
    .outerjoin(element_instance, element_instance.c.element_id == gradebook_item.c.element_id)
    .outerjoin(shown, shown.c.id == element_instance.c.content_id)
)


def read_course_gradebook_items(
    connection: Connection, scope: Scope, request: ReadCourseGradebookItemsRequest
) -> ReadCourseGradebookItemsResponse:
    """Lists the items of a course's gradebook by id: three statements."""
    course_id = find_gradebook(connection, scope, request)
    query = DETAILS.where(listed_items(course_id, request))
    rows, base = select_page(connection, Page.of(request.base), query, gradebook_item.c.id)
    return ReadCourseGradebookItemsResponse(base=base, gradebook_items=[as_item(row) for row in rows])


def as_item(row: AnyRow) -> GradebookItem:
    return GradebookItem(
        assessment_scale_id=row.assessment_scale_id,
        category_id=row.category_id,
        date=None if row.date is None else timestamp(row.date),
        deadline=None if row.deadline is None else timestamp(row.deadline),
        description=row.description,
        element_id=row.element_id,
        element_sync_key=row.element_sync_key,
        gradebook_item_id=row.id,
        max_points=row.max_points,
        term_id=row.term_id,
        title=row.title,
        weight=row.weight,
    )
