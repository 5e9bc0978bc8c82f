"""Update.Course.Element.CustomActivity: changes what the message speaks of, and no results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.activities import change_activity
from lms.elements import change_element
from lms.lanes import Detail
from lms.ordering import move_into
from lms.rich_text import level_of
from lms.unit_of_work import Values
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.courses import check_course
from services.processor.rules.elements import check_element, check_new_place
from services.processor.rules.grading import check_max_score, check_scale
from services.processor.rules.people import check_user
from services.processor.rules.rich_text import clean_text
from services.processor.rules.titles import check_title
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class Changes:
    course_id: int | None = None
    course_sync_key: str | None = None
    parent_id: int | None = None
    parent_sync_key: str | None = None
    element_id: int | None = None
    element_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None
    title: str | None = None
    description: str | None = None
    active: bool | None = None
    deadline: datetime | None = None
    mandatory: bool | None = None
    assessment: int | None = None
    max_score: int | None = None
    status_id: int | None = None


def apply(context: Context, data: Changes) -> Sequence[Detail]:
    check_vendor(context)
    editor = check_user(context, data)
    course = check_course(context, data)
    found = check_element(context, data, course, "CustomActivity")
    place = check_new_place(context, data.parent_id, data.parent_sync_key, course)
    title = None if data.title is None else check_title(context, data.title)
    if course is not None:
        check_scale(context, data.assessment, course.id)
    check_max_score(context, data.max_score)
    editor, element = context.approved(editor), context.approved(found)
    text = data.description
    description = None if text is None else clean_text(context, text, level_of(editor.role))
    values = sent(editor_id=editor.id, title=title, description=description, active=data.active)
    change_element(context.work, element.id, values)
    change_activity(
        context.work,
        element.id,
        sent(
            deadline=data.deadline,
            mandatory=data.mandatory,
            assessment_scale_id=data.assessment,
            max_score=data.max_score,
            status_id=data.status_id,
        ),
    )
    if place is not None:
        move_into(context.work, element.id, place.parent_id)
    return [context.info("CustomActivity updated", element.sync_key)]


def sent(**values: object) -> Values:
    """Returns the values that the message speaks of."""
    return {name: value for name, value in values.items() if value is not None}


HANDLER = Handler("Update.Course.Element.CustomActivity", "CustomActivity", Changes, apply)
