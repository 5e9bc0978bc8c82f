"""Which element of a course a message changes or assesses (writes.yaml element_rules)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lms.references import CourseReference, ElementReference
from services.processor.context import Context, Step
from services.processor.rules.courses import check_parent
from services.processor.rules.naming import find, named_twice

ELEMENT = "Element with specified ElementId/ElementSyncKey is "


class NamesElement(Protocol):
    """A body with ElementId and ElementSyncKey."""

    @property
    def element_id(self) -> int | None: ...

    @property
    def element_sync_key(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where an element of a course goes."""

    parent_id: int | None
    """None: the root."""


@dataclass(frozen=True, slots=True)
class Parent:
    parent_id: int | None
    parent_sync_key: str | None


def check_element(
    context: Context, data: NamesElement, course: CourseReference | None, kind: str | None = None
) -> ElementReference | None:
    """Returns the element of the course, of this kind where one is given, not deleted."""
    if named_twice(context, Step.PARENTS, "Element", data.element_id, data.element_sync_key) or course is None:
        return None
    found = find(context.work.directory.elements, data.element_id, data.element_sync_key)
    if found is None or found.course_id != course.id or kind not in (None, found.kind):
        context.refuse(f"{ELEMENT}not valid.", Step.PARENTS)
    elif found.deleted:
        context.refuse(f"{ELEMENT}deleted.", Step.PARENTS)
    else:
        return found
    return None


def check_new_place(
    context: Context, number: int | None, key: str | None, course: CourseReference | None
) -> NewPlace | None:
    """Returns where an update moves an element: an empty ParentSyncKey means the root; None: it stays."""
    if number is None and key is None:
        return None
    if not (key or "").strip():
        if number is None:
            return NewPlace(None)
        key = None
    folder = check_parent(context, Parent(number, key), course)
    return None if folder is None else NewPlace(folder.id)
