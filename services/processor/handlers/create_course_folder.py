"""Create.Course.Folder: one folder in a course's file area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.file_areas import NewItem, course_files
from lms.lanes import Detail
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.courses import check_course
from services.processor.rules.file_areas import check_folder, make_folder
from services.processor.rules.people import check_user
from services.processor.rules.placement import InCourse
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_file_name
from services.processor.rules.vendors import check_vendor
from services.processor.rules.wording import FOLDER


@dataclass(frozen=True, slots=True)
class Folder(InCourse):
    name: str = ""


def apply(context: Context, data: Folder) -> Sequence[Detail]:
    check_vendor(context)
    creator = check_user(context, data, FOLDER)
    course = check_course(context, data)
    area = None if course is None else course_files(course.id)
    parent = check_folder(context, area, data.parent_id, data.parent_sync_key, FOLDER)
    sync_key = check_key(context)
    name = context.approved(check_file_name(context, data.name, FOLDER.title_invalid))
    new = NewItem(parent, sync_key, name, more={"creator_id": context.approved(creator).id})
    return [make_folder(context, context.approved(area), new)]


HANDLER = Handler("Create.Course.Folder", "Folder", Folder, apply)
