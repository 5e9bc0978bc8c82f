"""Read.AssessmentScales."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from organisation.v1.read_assessment_scales_pb2 import (
    AssessmentItem,
    AssessmentScale,
    ReadAssessmentScalesRequest,
    ReadAssessmentScalesResponse,
)
from sqlalchemy import ColumnElement, Connection, or_, select

from lms.tables import assessment_item, assessment_scale, course
from services.read.page import Page, select_page
from services.read.scope import Scope, find_course

SCALES = select(
    assessment_scale.c.id,
    assessment_scale.c.title,
    assessment_scale.c.description,
    assessment_scale.c.totals,
    assessment_scale.c.course_id,
    course.c.sync_key.label("course_sync_key"),
).select_from(assessment_scale.outerjoin(course, course.c.id == assessment_scale.c.course_id))


def read_assessment_scales(
    connection: Connection, scope: Scope, request: ReadAssessmentScalesRequest
) -> ReadAssessmentScalesResponse:
    """Lists the scales of the site and of the course that is named, if one is, by id: four statements at most."""
    where: ColumnElement[bool] = assessment_scale.c.course_id.is_(None)
    if request.HasField("course_id") or request.course_sync_key:
        where = or_(where, assessment_scale.c.course_id == find_course(connection, scope, request))
    query = SCALES.where(assessment_scale.c.site_id == scope.site_id, where, assessment_scale.c.deleted_at.is_(None))
    rows, base = select_page(connection, Page.of(request.base), query, assessment_scale.c.id)
    grades = grades_of(connection, [row.id for row in rows])
    return ReadAssessmentScalesResponse(
        base=base,
        assessment_scales=[
            AssessmentScale(
                assessment_id=row.id,
                assessment_items=grades[row.id],
                course_id=row.course_id,
                course_sync_key=row.course_sync_key,
                description=row.description,
                title=row.title,
                totals=row.totals,
            )
            for row in rows
        ],
    )


def grades_of(connection: Connection, scale_ids: Sequence[int]) -> dict[int, list[AssessmentItem]]:
    """Returns the grades of scales, in their order."""
    query = (
        select(assessment_item)
        .where(assessment_item.c.scale_id.in_(scale_ids), assessment_item.c.deleted_at.is_(None))
        .order_by(assessment_item.c.scale_id, assessment_item.c.position, assessment_item.c.id)
    )
    grades: dict[int, list[AssessmentItem]] = defaultdict(list)
    for row in connection.execute(query) if scale_ids else ():
        grades[row.scale_id].append(
            AssessmentItem(
                assessment_item_id=row.id,
                order_position=row.position,
                percent_from=row.percent_from,
                percent_to=row.percent_to,
                title=row.title,
            )
        )
    return grades
