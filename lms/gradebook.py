"""Gradebook items of elements, and what people have for custom activities."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from lms.marks import Mark, Marked, set_marks
from lms.tables import gradebook_assessment, gradebook_item
from lms.unit_of_work import UnitOfWork, Values

ITEM = select(gradebook_item.c.id, gradebook_item.c.course_id).where(gradebook_item.c.element_id == bindparam("number"))
OF_ROSTER_ITEMS: Values = {
    "sync_key": None,
    "deleted_at": None,
    "title": None,
    "description": None,
    "category_id": None,
    "term_id": None,
    "assessment_scale_id": None,
    "date": None,
    "deadline": None,
    "max_points": None,
    "weight": None,
}
NO_RESULT: Values = {"status": "NotStarted", "assessment_item_id": None, "score": None, "comment": None}


def add_gradebook_item(work: UnitOfWork, course_id: int | None, element_id: int) -> None:
    """Stages the gradebook item of an element; the library, where there is no course, has no gradebook."""
    if course_id is None:
        return
    made = {"created_at": work.now, "updated_at": work.now}
    own = {"site_id": work.site_id, "course_id": course_id, "element_id": element_id}
    work.insert(gradebook_item, {**own, **made, **OF_ROSTER_ITEMS})


def need_gradebook_item(work: UnitOfWork, course_id: int | None, element_id: int) -> None:
    """Stages the gradebook item of an element, which the caller has locked, where it has none yet."""
    if work.execute(ITEM, {"number": element_id}, element_id=element_id).one_or_none() is None:
        add_gradebook_item(work, course_id, element_id)


def set_results(work: UnitOfWork, element_id: int, evaluator_id: int, marks: Sequence[Mark]) -> None:
    """Stores what people have for a custom activity, which has an item since it was made."""
    item = work.execute(ITEM, {"number": element_id}, element_id=element_id).one()
    made = {"sync_key": None, "created_at": work.now, "deleted_at": None}
    new = {"site_id": work.site_id, "course_id": item.course_id, **made}
    set_marks(
        work,
        Marked(gradebook_assessment, {"item_id": item.id}, new, NO_RESULT),
        marks,
        {"evaluator_id": evaluator_id, "assessed_at": work.now, "updated_at": work.now},
    )
