"""Content of the library, and the elements in courses that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from lms.elements import NewElement, add_element
from lms.extensions import Instance
from lms.gradebook import add_gradebook_item
from lms.tables import element, element_instance, extension_instance
from lms.unit_of_work import UnitOfWork
from lms.values import values_of


@dataclass(frozen=True, slots=True)
class LibraryContent:
    """What an instance in a course takes over from an element of the library."""

    title: str
    extension_id: int
    vendor_id: str | None
    metadata: dict[str, Any]
    disallow_modification: bool
    assessment_scale: int | None


IN_LIBRARY = (
    select(
        element.c.title,
        element.c.extension_id,
        element.c.vendor_id,
        extension_instance.c.metadata,
        extension_instance.c.disallow_modification,
        extension_instance.c.assessment_scale,
    )
    .join(extension_instance, extension_instance.c.element_id == element.c.id)
    .where(element.c.id == bindparam("number"))
)


def library_content(work: UnitOfWork, element_id: int) -> LibraryContent:
    """Returns what an instance of this element of the library takes over."""
    return LibraryContent(*work.execute(IN_LIBRARY, {"number": element_id}, element_id=element_id).one())


def add_library_instance(work: UnitOfWork, new: NewElement, instance: Instance, content_id: int) -> int:
    """Stages an element in a course that shows what an element of the library holds; returns its number."""
    number = add_element(work, new)
    work.insert(extension_instance, {"element_id": number, **values_of(instance)})
    if instance.assessment_scale is not None:
        add_gradebook_item(work, new.course_id, number)
    work.insert(element_instance, {"element_id": number, "content_id": content_id})
    return number
