"""What becomes of the files of OneRoster that hold grades: categories, line items and results."""

from __future__ import annotations

from html import escape

from organisation.v1 import platform_service_pb2 as pb

from oneroster.gradebook_rows import Category, LineItem, Result
from oneroster.values import DELETED


def category_of(row: Category) -> pb.ImportRosterRequest:
    """In OneRoster a category is for the whole site."""
    made = pb.RosterGradebookCategory(
        sync_key=row.sourced_id, title=row.title, weight=row.weight, deleted=row.status == DELETED
    )
    return pb.ImportRosterRequest(gradebook_category=made)


def item_of(row: LineItem) -> pb.ImportRosterRequest:
    made = pb.RosterGradebookItem(
        sync_key=row.sourced_id,
        title=row.title,
        description=escape(row.description, quote=False),
        course_sync_key=row.class_sourced_id,
        category_sync_key=row.category_sourced_id,
        term_sync_key=row.grading_period_sourced_id or row.academic_session_sourced_id,
        date=row.assign_date,
        deadline=row.due_date,
        max_points=row.result_value_max,
        deleted=row.status == DELETED,
    )
    return pb.ImportRosterRequest(gradebook_item=made, keep=("weight",))


def assessment_of(row: Result) -> pb.ImportRosterRequest:
    made = pb.RosterGradebookAssessment(
        sync_key=row.sourced_id,
        gradebook_item_sync_key=row.line_item_sourced_id,
        person_sync_key=row.student_sourced_id,
        status=row.score_status,
        score=row.score,
        assessed_at=row.score_date,
        comment=escape(row.comment, quote=False),
        deleted=row.status == DELETED,
    )
    return pb.ImportRosterRequest(gradebook_assessment=made)
