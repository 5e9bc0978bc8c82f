"""Create.Course.File: a file of a course's file area for each File of the list."""

from __future__ import annotations

from collections.abc import Sequence

from lms.file_areas import course_files
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.courses import check_course
from services.processor.rules.file_areas import check_folder, check_listed_name, store
from services.processor.rules.files import check_listed_files
from services.processor.rules.people import check_user
from services.processor.rules.placement import InCourse
from services.processor.rules.vendors import check_vendor


def apply(context: Context, data: InCourse) -> Sequence[Detail]:
    check_vendor(context)
    creator = check_user(context, data)
    course = check_course(context, data)
    area = None if course is None else course_files(course.id)
    folder = check_folder(context, area, data.parent_id, data.parent_sync_key)
    listed = check_listed_files(context)
    names = [check_listed_name(context, one) for one in listed]
    checked, by = context.approved(area), {"creator_id": context.approved(creator).id}
    return [store(context, checked, folder, one, name, by) for one, name in zip(listed, names, strict=True)]


HANDLER = Handler("Create.Course.File", "File", InCourse, apply)
