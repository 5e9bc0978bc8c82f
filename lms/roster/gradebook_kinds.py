"""The kinds of rows that gradebooks and assessment records are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Table

from lms.rich_text import HtmlLevel, cleaned
from lms.roster.checks import RowRefusedError, amount, moment, score, text
from lms.roster.gradebook_rows import (
    AssessmentRow,
    CategoryRow,
    ItemRow,
    SummaryColumnRow,
    SummaryRecordRow,
)
from lms.roster.kind import TEXT, WORD, Kind, Known, Reference, Values, known_id, known_or_none
from lms.roster.rows import Row
from lms.tables import (
    assessment_item,
    assessment_scale,
    course,
    gradebook_assessment,
    gradebook_category,
    gradebook_item,
    person,
    summary_column,
    summary_record,
    term,
)
from lms.tables.base import TITLE_LENGTH


def category_values(row: CategoryRow, known: Known) -> Values:
    return {
        "title": text("title", row.title, TITLE_LENGTH),
        "weight": amount("weight", row.weight),
        "course_id": known_or_none(known, course, row.course_sync_key),
    }


def item_values(row: ItemRow, known: Known) -> Values:
    course_id = known_id(known, course, row.course_sync_key)
    return {
        "title": text("title", row.title, TITLE_LENGTH),
        "description": html("description", row.description),
        "course_id": course_id,
        "category_id": of_course(known, gradebook_category, row.category_sync_key, course_id),
        "term_id": known_or_none(known, term, row.term_sync_key),
        "assessment_scale_id": of_course(known, assessment_scale, row.scale_sync_key, course_id),
        "date": moment("date", row.date),
        "deadline": moment("deadline", row.deadline),
        "max_points": amount("max_points", row.max_points),
        "weight": amount("weight", row.weight),
    }


def assessment_values(row: AssessmentRow, known: Known) -> Values:
    item_id = known_id(known, gradebook_item, row.item_sync_key)
    return {
        "course_id": known[gradebook_item.c.course_id, row.item_sync_key],
        "item_id": item_id,
        "person_id": known_id(known, person, row.person_sync_key),
        "status": text("status", row.status, WORD, blank=True),
        "assessment_item_id": grade_of_item(row, known),
        "score": score(row.score),
        "comment": html("comment", row.comment) or None,
        "evaluator_id": known_or_none(known, person, row.evaluator_sync_key),
        "assessed_at": moment("assessed_at", text("assessed_at", row.assessed_at, WORD)),
    }


def column_values(row: SummaryColumnRow, _known: Known) -> Values:
    return {"title": text("title", row.title, TITLE_LENGTH)}


def record_values(row: SummaryRecordRow, known: Known) -> Values:
    if row.completed and not row.status:
        raise RowRefusedError("completed needs a status.")
    return {
        "column_id": known_id(known, summary_column, row.column_sync_key),
        "course_id": known_id(known, course, row.course_sync_key),
        "person_id": known_id(known, person, row.person_sync_key),
        "value": text("value", row.value, TEXT, blank=True),
        "status": text("status", row.status, WORD, blank=True),
        "completed": row.completed,
    }


def of_course(known: Known, table: Table, key: str, course_id: int) -> int | None:
    """Returns the number of a row that is for the whole site or for this course."""
    number = known_or_none(known, table, key)
    if number is not None and known[table.c.course_id, key] not in (None, course_id):
        raise RowRefusedError(f"The {table.name} '{key}' is of another course.")
    return number


def grade_of_item(row: AssessmentRow, known: Known) -> int | None:
    """Returns the number of the grade, which is of the item's scale."""
    key = row.grade_sync_key
    number = known_or_none(known, assessment_item, key)
    scale_id = known[gradebook_item.c.assessment_scale_id, row.item_sync_key]
    if number is not None and known[assessment_item.c.scale_id, key] != scale_id:
        raise RowRefusedError(f"The assessment_item '{key}' is not of the gradebook_item's scale.")
    return number


def html(name: str, value: str) -> str:
    """Returns rich text that is harmless."""
    return cleaned(text(name, value, TEXT, blank=True), HtmlLevel.BASIC, {}).html


def category_references(row: CategoryRow) -> Iterable[Reference]:
    return [(course, row.course_sync_key)]


def item_references(row: ItemRow) -> Iterable[Reference]:
    return [
        (course, row.course_sync_key),
        (gradebook_category, row.category_sync_key),
        (gradebook_category.c.course_id, row.category_sync_key),
        (term, row.term_sync_key),
        (assessment_scale, row.scale_sync_key),
        (assessment_scale.c.course_id, row.scale_sync_key),
    ]


def assessment_references(row: AssessmentRow) -> Iterable[Reference]:
    return [
        (gradebook_item, row.item_sync_key),
        (gradebook_item.c.course_id, row.item_sync_key),
        (gradebook_item.c.assessment_scale_id, row.item_sync_key),
        (person, row.person_sync_key),
        (person, row.evaluator_sync_key),
        (assessment_item, row.grade_sync_key),
        (assessment_item.c.scale_id, row.grade_sync_key),
    ]


def column_references(_row: SummaryColumnRow) -> Iterable[Reference]:
    return []


def record_references(row: SummaryRecordRow) -> Iterable[Reference]:
    return [(summary_column, row.column_sync_key), (course, row.course_sync_key), (person, row.person_sync_key)]


GRADEBOOK_KINDS: Mapping[type[Row], Kind] = {
    CategoryRow: Kind("gradebook_category", gradebook_category, category_references, category_values, {}),
    ItemRow: Kind("gradebook_item", gradebook_item, item_references, item_values, {"element_id": None}),
    AssessmentRow: Kind("gradebook_assessment", gradebook_assessment, assessment_references, assessment_values, {}),
    SummaryColumnRow: Kind("summary_column", summary_column, column_references, column_values, {}),
    SummaryRecordRow: Kind("summary_record", summary_record, record_references, record_values, {}),
}
