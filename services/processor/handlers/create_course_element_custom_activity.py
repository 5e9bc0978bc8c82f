"""Create.Course.Element.CustomActivity: one custom activity in a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.activities import Activity, add_activity
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.grading import check_max_score, check_scale
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.rich_text import clean_text
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title


@dataclass(frozen=True, slots=True)
class CustomActivity(InCourse):
    title: str = ""
    description: str = ""
    active: bool = True
    deadline: datetime | None = None
    mandatory: bool = False
    assessment: int | None = None
    max_score: int | None = None
    status_id: int | None = None


def apply(context: Context, data: CustomActivity) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    title = check_title(context, data.title)
    if place is not None:
        check_scale(context, data.assessment, place.course_id)
    check_max_score(context, data.max_score)
    place = context.approved(place)
    new = place.element(context, "CustomActivity", sync_key, context.approved(title))
    new = replace(new, description=clean_text(context, data.description, place.html_level), active=data.active)
    activity = Activity(data.deadline, data.mandatory, data.assessment, data.max_score, data.status_id)
    add_activity(context.work, new, activity)
    return [context.info("CustomActivity created", sync_key)]


HANDLER = Handler("Create.Course.Element.CustomActivity", "CustomActivity", CustomActivity, apply)
