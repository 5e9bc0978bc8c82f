"""The rows of the OneRoster CSV files that hold grades, named as there, in snake case; status as in oneroster.rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """What line items are grouped by; `weight` in 1.2 alone."""

    sourced_id: str
    status: str
    date_last_modified: str
    title: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class LineItem:
    """Something that is graded in a class. Dates and moments stand as written; 1.1 knows grading periods alone."""

    sourced_id: str
    status: str
    date_last_modified: str
    title: str
    description: str
    assign_date: str
    due_date: str
    class_sourced_id: str
    category_sourced_id: str
    grading_period_sourced_id: str
    academic_session_sourced_id: str
    result_value_min: float | None
    result_value_max: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a student has for a line item; `text_score` in 1.2 alone."""

    sourced_id: str
    status: str
    date_last_modified: str
    line_item_sourced_id: str
    student_sourced_id: str
    score_status: str
    score: float | None
    score_date: str
    comment: str
    text_score: str
