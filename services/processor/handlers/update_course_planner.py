"""Update.Course.Planner: replaces the lesson planner of a course by the one in the message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.planners import PlannerMark, add_planner, find_planner, replace_planner
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.courses import check_course
from services.processor.rules.people import check_user
from services.processor.rules.planner_keys import KnownParts, check_planner_key
from services.processor.rules.planner_parts import Planner
from services.processor.rules.planners import check_plan
from services.processor.rules.vendors import check_vendor


@dataclass(frozen=True, slots=True)
class ChangedPlanner:
    planner: Planner
    course_id: int | None = None
    course_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None


def apply(context: Context, data: ChangedPlanner) -> Sequence[Detail]:
    check_vendor(context)
    editor = check_user(context, data)
    course = check_course(context, data)
    parts = KnownParts()
    sent = parts.planner(data.planner)
    stored = None if course is None else find_planner(context.work, course.id, sorted(parts.keys))
    sync_key = check_planner_key(context, sent, stored)
    plan = check_plan(context, editor, course, sent)
    mark = PlannerMark(context.approved(course).id, sync_key, context.approved(editor).id, context.origin)
    if stored is None:
        add_planner(context.work, mark, plan)
        return [context.info(f"Course planner created{parts.remark()}", sync_key)]
    replace_planner(context.work, mark, stored, plan)
    return [context.info(f"Course planner updated{parts.remark()}", sync_key)]


HANDLER = Handler("Update.Course.Planner", "CoursePlanner", ChangedPlanner, apply)
