"""Where content goes: courses and their folders (writes.yaml course_rules, parent_rules)."""

from __future__ import annotations

from typing import Protocol

from lms.references import CourseReference, ElementReference
from services.processor.context import Context, Step
from services.processor.rules.naming import find, named_twice
from services.processor.rules.parents import is_usable
from services.processor.rules.wording import STANDARD, Wording

COURSE = "Course with specified CourseId/CourseSyncKey is "


class NamesCourse(Protocol):
    """A body with CourseId and CourseSyncKey."""

    @property
    def course_id(self) -> int | None: ...

    @property
    def course_sync_key(self) -> str | None: ...


class NamesParent(Protocol):
    """A body with ParentId and ParentSyncKey."""

    @property
    def parent_id(self) -> int | None: ...

    @property
    def parent_sync_key(self) -> str | None: ...


def check_course(context: Context, data: NamesCourse) -> CourseReference | None:
    """Returns the course, which is visible to the credential and neither deleted, external nor archived."""
    if named_twice(context, Step.COURSES, "Course", data.course_id, data.course_sync_key):
        return None
    course = find(context.work.directory.courses, data.course_id, data.course_sync_key)
    if course is None or not context.sight.sees_course(course):
        context.refuse(f"{COURSE}not valid.", Step.COURSES)
    elif course.deleted:
        context.refuse(f"{COURSE}deleted.", Step.COURSES)
    elif course.external:
        context.refuse(f"{COURSE}external.", Step.COURSES)
    elif course.archived:
        context.refuse(f"{COURSE}archived.", Step.COURSES)
    else:
        return course
    return None


def check_parent(
    context: Context, data: NamesParent, course: CourseReference | None, wording: Wording = STANDARD
) -> ElementReference | None:
    """Returns the folder that is named, None for the course's root; a folder of another course is unknown."""
    if data.parent_id is None and data.parent_sync_key is None:
        return None
    if named_twice(context, Step.PARENTS, "Parent", data.parent_id, data.parent_sync_key) or course is None:
        return None
    parent = find(context.work.directory.elements, data.parent_id, data.parent_sync_key)
    there = parent is not None and parent.kind == "Folder" and parent.course_id == course.id
    deleted = parent is not None and parent.deleted
    return parent if is_usable(context, data.parent_id, wording, there=there, deleted=deleted) else None
