"""Rows of gradebooks and assessment records, from the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from organisation.v1 import platform_service_pb2

from lms.roster.gradebook_rows import (
    AssessmentRow,
    CategoryRow,
    GradebookRow,
    ItemRow,
    SummaryColumnRow,
    SummaryRecordRow,
)


def category_of(row: platform_service_pb2.RosterGradebookCategory) -> GradebookRow:
    return CategoryRow(row.sync_key, row.title, number_of(row, "weight"), row.course_sync_key, row.deleted)


def item_of(row: platform_service_pb2.RosterGradebookItem) -> GradebookRow:
    return ItemRow(
        row.sync_key,
        row.title,
        row.description,
        row.course_sync_key,
        row.category_sync_key,
        row.term_sync_key,
        row.assessment_scale_sync_key,
        row.date,
        row.deadline,
        number_of(row, "max_points"),
        number_of(row, "weight"),
        row.deleted,
    )


def assessment_of(row: platform_service_pb2.RosterGradebookAssessment) -> GradebookRow:
    return AssessmentRow(
        row.sync_key,
        row.gradebook_item_sync_key,
        row.person_sync_key,
        row.status,
        number_of(row, "score"),
        row.assessment_item_sync_key,
        row.assessed_at,
        row.comment,
        row.evaluator_sync_key,
        row.deleted,
    )


def column_of(row: platform_service_pb2.RosterSummaryColumn) -> GradebookRow:
    return SummaryColumnRow(row.sync_key, row.title, row.deleted)


def record_of(row: platform_service_pb2.RosterSummaryRecord) -> GradebookRow:
    return SummaryRecordRow(
        row.sync_key,
        row.column_sync_key,
        row.course_sync_key,
        row.person_sync_key,
        row.value,
        row.status,
        row.completed,
        row.deleted,
    )


def number_of(row: Any, name: str) -> float | None:
    """Returns an optional number."""
    return getattr(row, name) if row.HasField(name) else None


GRADEBOOK_ROWS: Mapping[str | None, Callable[[Any], GradebookRow]] = {
    "gradebook_category": category_of,
    "gradebook_item": item_of,
    "gradebook_assessment": assessment_of,
    "summary_column": column_of,
    "summary_record": record_of,
}
