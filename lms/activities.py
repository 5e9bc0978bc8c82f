"""Custom activities: work outside of the platform that has a deadline and can be assessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from lms.elements import NewElement, add_element
from lms.gradebook import add_gradebook_item
from lms.statements import change_own
from lms.tables import assessment_item, element_custom_activity
from lms.unit_of_work import UnitOfWork, Values
from lms.values import values_of

GRADING = select(element_custom_activity.c.assessment_scale_id, element_custom_activity.c.max_score).where(
    element_custom_activity.c.element_id == bindparam("number")
)
GRADES = (
    select(assessment_item.c.id, assessment_item.c.title)
    .where(assessment_item.c.scale_id == bindparam("scale"), assessment_item.c.deleted_at.is_(None))
    .order_by(assessment_item.c.position, assessment_item.c.id)
)


@dataclass(frozen=True, slots=True)
class Activity:
    """How an activity is done and marked."""

    deadline: datetime | None
    mandatory: bool
    assessment_scale_id: int | None
    max_score: int | None
    status_id: int | None


@dataclass(frozen=True, slots=True)
class Grading:
    """What an activity can be marked with; None: not at all in this way."""

    grades: dict[str, int] | None
    """The numbers of the scale's grades by their titles."""
    max_score: int | None


def add_activity(work: UnitOfWork, new: NewElement, activity: Activity) -> None:
    """Stages a custom activity of a course."""
    number = add_element(work, new)
    add_gradebook_item(work, new.course_id, number)
    work.insert(element_custom_activity, {"element_id": number, "site_id": work.site_id, **values_of(activity)})


def change_activity(work: UnitOfWork, element_id: int, values: Values) -> None:
    """Changes columns of an activity."""
    if values:
        change_own(work, element_custom_activity.c.element_id, element_id, values)


def grading_of(work: UnitOfWork, element_id: int) -> Grading:
    """Returns what an activity can be marked with; of two grades with one title, the first."""
    row = work.execute(GRADING, {"number": element_id}, element_id=element_id).one()
    if row.assessment_scale_id is None:
        return Grading(None, row.max_score)
    grades: dict[str, int] = {}
    for grade in work.execute(GRADES, {"scale": row.assessment_scale_id}):
        grades.setdefault(grade.title, grade.id)
    return Grading(grades, row.max_score)
