"""What elements are assessed with: scales, points, and the grades and scores that fit them."""

from __future__ import annotations

from decimal import Decimal

from lms.activities import Grading
from services.processor.binding import Nil
from services.processor.context import Context

SCALE_INVALID = "Assessment scale with specified Assessment is not valid."
TOOL_SCALE_INVALID = "Assessment scale with specified AssessmentScale is not valid."
NEGATIVE_SCORE = "MaxScore must not be negative."
NO_SCALE = "Assessment must not be specified for an element without an assessment scale."
NO_SCORE = "Score must not be specified for an element without MaxScore."


def check_scale(context: Context, number: int | None, course_id: int | None, text: str = SCALE_INVALID) -> None:
    """Refuses a scale that is not there for the whole site or for the course; in the library there is no course."""
    if number is None:
        return
    scale = context.work.directory.scales.by_id(number)
    if scale is None or scale.deleted or scale.course_id not in (None, course_id):
        context.refuse(text)


def check_max_score(context: Context, points: int | None) -> None:
    """Refuses less than no points."""
    if points is not None and points < 0:
        context.refuse(NEGATIVE_SCORE)


def check_grade(context: Context, grading: Grading, grade: str | Nil | None) -> int | None:
    """Returns the number of a grade that a message names by title or else by number (AssessmentItemId)."""
    if grade is None or isinstance(grade, Nil):
        return None
    if grading.grades is None:
        context.refuse(NO_SCALE)
        return None
    shown = grade.strip()
    number = grading.grades.get(shown)
    if number is None:
        number = next((one for one in grading.grades.values() if str(one) == shown), None)
    if number is None:
        context.refuse(f"Assessment '{shown}' is not in the assessment scale of the element.")
    return number


def check_score(context: Context, grading: Grading, score: Decimal | Nil | None) -> float | None:
    """Returns a score, which is from 0 to the element's MaxScore."""
    if score is None or isinstance(score, Nil):
        return None
    if grading.max_score is None:
        context.refuse(NO_SCORE)
    elif not 0 <= score <= grading.max_score:
        context.refuse(f"Score must be from 0 to {grading.max_score}.")
    else:
        return float(score)
    return None
