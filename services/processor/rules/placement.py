"""The rules that all types share which make an element in a course, in the order of the table in decisions."""

from __future__ import annotations

from dataclasses import dataclass

from lms.elements import NewElement
from lms.references import PersonReference
from lms.rich_text import HtmlLevel, level_of
from services.processor.context import Context
from services.processor.rules.courses import check_course, check_parent
from services.processor.rules.people import check_user
from services.processor.rules.vendors import check_vendor
from services.processor.rules.wording import STANDARD, Wording


@dataclass(frozen=True, slots=True)
class InCourse:
    """The members by which a body says who puts something into a course, and where."""

    course_id: int | None = None
    course_sync_key: str | None = None
    parent_id: int | None = None
    parent_sync_key: str | None = None
    user_id: int | None = None
    user_sync_key: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Who makes it, and where."""

    creator: PersonReference
    course_id: int | None
    parent_id: int | None

    @property
    def html_level(self) -> HtmlLevel:
        return level_of(self.creator.role)

    def element(self, context: Context, kind: str, sync_key: str, title: str) -> NewElement:
        """Returns a new element at this place."""
        return NewElement(kind, self.course_id, self.parent_id, sync_key, title, self.creator.id, context.origin)


def check_place(context: Context, data: InCourse, wording: Wording = STANDARD) -> Place | None:
    """Checks vendor, user, course and parent; returns the place where nothing is wrong with them."""
    check_vendor(context)
    creator = check_user(context, data, wording)
    course = check_course(context, data)
    parent = check_parent(context, data, course, wording)
    if creator is None or course is None:
        return None
    return Place(creator, course.id, None if parent is None else parent.id)
