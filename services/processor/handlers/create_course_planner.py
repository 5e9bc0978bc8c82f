"""Create.Course.Planner: the lesson planner of a course that has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.planners import PlannerMark, add_planner, find_planner
from lms.topic_folders import gather_elements
from services.processor.context import Context, Step
from services.processor.handler import Handler
from services.processor.rules.courses import check_course
from services.processor.rules.people import check_user
from services.processor.rules.planner_keys import check_planner_key, keyed
from services.processor.rules.planner_parts import Planner
from services.processor.rules.planners import check_plan
from services.processor.rules.sync_keys import new_key
from services.processor.rules.vendors import check_vendor

HAS_ONE = "Course with specified CourseId/CourseSyncKey already has a planner."


@dataclass(frozen=True, slots=True)
class NewPlanner:
    planner: Planner
    course_id: int | None = None
    course_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None
    move_elements_to_topic_folder: bool = False


def apply(context: Context, data: NewPlanner) -> Sequence[Detail]:
    check_vendor(context)
    creator = check_user(context, data)
    course = check_course(context, data)
    if course is not None and find_planner(context.work, course.id, ()) is not None:
        context.refuse(HAS_ONE, Step.COURSES)
    sent = keyed(data.planner)
    sync_key = check_planner_key(context, sent, None)
    plan = check_plan(context, creator, course, sent)
    mark = PlannerMark(context.approved(course).id, sync_key, context.approved(creator).id, context.origin)
    add_planner(context.work, mark, plan)
    if data.move_elements_to_topic_folder:
        gather_elements(context.work, mark, plan, new_key)
    return [context.info("Course planner created", sync_key)]


HANDLER = Handler("Create.Course.Planner", "CoursePlanner", NewPlanner, apply)
