"""What the reads of a course's gradebook share: the course, and which of its items are listed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, true

from lms.tables import (
    course,
    element,
    element_custom_activity,
    gradebook_category,
    gradebook_item,
    term,
)
from services.read.errors import refused
from services.read.scope import Scope, find_course_with

# What is deleted has no items any more: they are shown as being without a category or a term.
ITEMS = (
    gradebook_item.outerjoin(element, element.c.id == gradebook_item.c.element_id)
    .outerjoin(element_custom_activity, element_custom_activity.c.element_id == gradebook_item.c.element_id)
    .outerjoin(
        gradebook_category,
        and_(gradebook_category.c.id == gradebook_item.c.category_id, gradebook_category.c.deleted_at.is_(None)),
    )
    .outerjoin(term, and_(term.c.id == gradebook_item.c.term_id, term.c.deleted_at.is_(None)))
)
LISTED = and_(
    gradebook_item.c.deleted_at.is_(None),
    element.c.deleted_at.is_(None),
    or_(
        element_custom_activity.c.element_id.is_(None),
        element_custom_activity.c.assessment_scale_id.is_not(None),
        element_custom_activity.c.max_score.is_not(None),
    ),
)


def find_gradebook(connection: Connection, scope: Scope, request: Any) -> int:
    """Returns the number of the course that a request names, which must use the assessment record."""
    found = find_course_with(connection, scope, request, course.c.use_assessment_record)
    if not found.use_assessment_record:
        raise refused("Assessment record is not enabled for the specified course.")
    return int(found.id)


def listed_items(course_id: int, request: Any) -> ColumnElement[bool]:
    """Returns the condition on ITEMS that one is of the course, and of the category and term that are asked for."""
    return and_(
        gradebook_item.c.course_id == course_id,
        LISTED,
        is_one(request, "category_id", gradebook_category.c.id),
        is_one(request, "term_id", term.c.id),
    )


def is_one(request: Any, field: str, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Returns the condition that a column has the number asked for; 0: none; unset: any."""
    if not request.HasField(field):
        return true()
    number = getattr(request, field)
    return column == number if number else column.is_(None)
