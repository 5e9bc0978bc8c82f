"""Read.Course.Gradebook.Assessments."""

from __future__ import annotations

from collections.abc import Sequence

from organisation.v1.read_gradebook_assessments_pb2 import (
    GradebookAssessment,
    ReadCourseGradebookAssessmentsRequest,
    ReadCourseGradebookAssessmentsResponse,
)
from sqlalchemy import ColumnElement, Connection, Integer, Select, cast, func, null, select, true

from lms.tables import gradebook_assessment, gradebook_item, person
from runtime.errors import invalid_field
from runtime.timestamps import timestamp
from services.read.gradebook import ITEMS, find_gradebook, listed_items
from services.read.moments import moment_of
from services.read.page import Page, select_page
from services.read.people import find_person
from services.read.rows import AnyRow
from services.read.scope import Scope

MOST_ITEMS = 1000
ASSESSMENTS = select(
    gradebook_assessment.c.id,
    gradebook_assessment.c.item_id,
    gradebook_assessment.c.person_id,
    person.c.sync_key.label("person_sync_key"),
    gradebook_assessment.c.status,
    gradebook_assessment.c.assessment_item_id,
    gradebook_assessment.c.score,
    gradebook_assessment.c.evaluator_id,
    gradebook_assessment.c.assessed_at,
).select_from(gradebook_assessment.join(person, person.c.id == gradebook_assessment.c.person_id))


def read_course_gradebook_assessments(
    connection: Connection, scope: Scope, request: ReadCourseGradebookAssessmentsRequest
) -> ReadCourseGradebookAssessmentsResponse:
    """Lists what people have in a course's gradebook, first given first: six statements at most.

    Only people whom the caller sees are shown, and what they have for items that are listed.
    """
    course_id = find_gradebook(connection, scope, request)
    conditions = wanted(connection, scope, course_id, request)
    comment = gradebook_assessment.c.comment if request.include_feedback else null()
    query = ASSESSMENTS.add_columns(comment.label("comment")).where(*conditions, scope.people())
    count = count_by_people(scope, conditions)
    rows, base = select_page(connection, Page.of(request.base), query, gradebook_assessment.c.id, count=count)
    seen = seen_people(connection, scope, rows)
    return ReadCourseGradebookAssessmentsResponse(base=base, assessments=[as_assessment(row, seen) for row in rows])


def wanted(
    connection: Connection, scope: Scope, course_id: int, request: ReadCourseGradebookAssessmentsRequest
) -> list[ColumnElement[bool]]:
    """Returns the conditions that the course and the request's filters stand for."""
    conditions = [
        gradebook_assessment.c.course_id == course_id,
        gradebook_assessment.c.deleted_at.is_(None),
        *of_items(connection, course_id, request),
    ]
    named = request.person_id if request.HasField("person_id") else None
    if named is not None or request.person_sync_key:
        person_id = find_person(connection, scope, named, request.person_sync_key)
        conditions.append(gradebook_assessment.c.person_id == person_id)
    if request.HasField("from_date"):
        conditions.append(gradebook_assessment.c.assessed_at > moment_of("from_date", request.from_date))
    return conditions


def of_items(
    connection: Connection, course_id: int, request: ReadCourseGradebookAssessmentsRequest
) -> list[ColumnElement[bool]]:
    """Returns the condition on the item; none where all of the course are asked for and listed, as most often."""
    numbers = set(request.gradebook_item_id_list)
    if len(numbers) > MOST_ITEMS:
        raise invalid_field("gradebook_item_id_list", f"GradebookItemIdList has more than {MOST_ITEMS} items.")
    items = select(gradebook_item.c.id).select_from(ITEMS)
    asked = items.where(listed_items(course_id, request))
    if numbers:  # by their numbers, so that a planner without statistics sees how few they are
        found = connection.scalars(asked.where(gradebook_item.c.id.in_(numbers))).all()
        return [gradebook_assessment.c.item_id.in_(found)]
    left_out = items.where(gradebook_item.c.course_id == course_id, gradebook_item.c.id.not_in(asked))
    if connection.execute(left_out.limit(1)).first() is None:
        return []
    return [gradebook_assessment.c.item_id.in_(asked)]


def count_by_people(scope: Scope, conditions: Sequence[ColumnElement[bool]]) -> Select[int]:
    """Selects how many match: a person who has any is looked at once, not with each assessment, and no other one.

    The person is found by a subquery of one value; PostgreSQL would join what EXISTS says, and read all people for it.
    """
    table = gradebook_assessment
    each = select(table.c.person_id, func.count().label("number")).where(*conditions).group_by(table.c.person_id)
    groups = each.subquery()
    seen = select(true()).where(person.c.id == groups.c.person_id, scope.people()).scalar_subquery()
    return select(cast(func.coalesce(func.sum(groups.c.number), 0), Integer)).select_from(groups).where(seen)


def seen_people(connection: Connection, scope: Scope, rows: Sequence[AnyRow]) -> set[int]:
    """Returns which of those who gave what the rows hold the caller sees."""
    numbers = {row.evaluator_id for row in rows if row.evaluator_id is not None}
    if not numbers:
        return set()
    return set(connection.scalars(select(person.c.id).where(person.c.id.in_(numbers), scope.people())))


def as_assessment(row: AnyRow, seen: set[int]) -> GradebookAssessment:
    return GradebookAssessment(
        assessed_by_person_id=row.evaluator_id if row.evaluator_id in seen else None,
        assessment_date=timestamp(row.assessed_at),
        assessment_item_id=row.assessment_item_id,
        feedback=row.comment,
        gradebook_item_id=row.item_id,
        person_id=row.person_id,
        person_sync_key=row.person_sync_key,
        score=row.score,
        status=row.status,
    )
