"""The rows of gradebooks and assessment records, as they are brought with a roster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category of gradebook items."""

    sync_key: str
    title: str
    weight: float | None
    course_sync_key: str
    """Empty: for the whole site."""
    deleted: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a course's gradebook; date and deadline are ISO 8601 texts."""

    sync_key: str
    title: str
    description: str
    course_sync_key: str
    category_sync_key: str
    term_sync_key: str
    scale_sync_key: str
    date: str
    deadline: str
    max_points: float | None
    weight: float | None
    deleted: bool


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """What a person has for a gradebook item; assessed_at is an ISO 8601 text."""

    sync_key: str
    item_sync_key: str
    person_sync_key: str
    status: str
    score: float | None
    grade_sync_key: str
    assessed_at: str
    comment: str
    evaluator_sync_key: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class SummaryColumnRow:
    """A summary column of the assessment record."""

    sync_key: str
    title: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class SummaryRecordRow:
    """What a person has in a summary column for a course."""

    sync_key: str
    column_sync_key: str
    course_sync_key: str
    person_sync_key: str
    value: str
    status: str
    completed: bool
    deleted: bool


GradebookRow = CategoryRow | ItemRow | AssessmentRow | SummaryColumnRow | SummaryRecordRow
