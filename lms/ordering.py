"""The order of elements in a folder or in a course's root: places from 1, without gaps.

Deleted elements have no place: they keep the number of the one that they had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update

from lms.statements import change_rows
from lms.tables import course, element
from lms.unit_of_work import UnitOfWork

# Whoever orders the elements of a course waits for the one who does so already; whoever adds some does not wait.
LOCK_COURSE = (
    select(course.c.id)
    .join(element, element.c.course_id == course.c.id)
    .where(element.c.id == bindparam("number"))
    .with_for_update(of=course, key_share=True)
)
PLACE = select(element.c.course_id, element.c.parent_id).where(element.c.id == bindparam("number"))
IN_COURSE = (
    select(element.c.id, element.c.position)
    .where(element.c.course_id == bindparam("course"), element.c.deleted_at.is_(None))
    .order_by(element.c.position, element.c.id)
)
AT_ROOT = IN_COURSE.where(element.c.parent_id.is_(None))
IN_FOLDER = IN_COURSE.where(element.c.parent_id == bindparam("folder"))
RENUMBER = update(element).where(element.c.id == bindparam("number")).values(position=bindparam("place"))


def reorder(work: UnitOfWork, element_id: int, place: int) -> None:
    """Moves an element of a course to a place among its neighbours; before the first is first, beyond the last last."""
    course_id, parent_id = locked_place(work, element_id)
    places = neighbours(work, course_id, parent_id)
    order = [number for number in places if number != element_id]
    order.insert(max(place, 1) - 1, element_id)
    renumber(work, course_id, parent_id, order, places)


def move_into(work: UnitOfWork, element_id: int, parent_id: int | None) -> None:
    """Moves an element to the end of another folder of its course, None: the root; where it is already it stays."""
    course_id, old_parent_id = locked_place(work, element_id)
    if old_parent_id == parent_id:
        return
    old, new = neighbours(work, course_id, old_parent_id), neighbours(work, course_id, parent_id)
    change_rows(work, element.c.id, element_id, {"parent_id": parent_id})
    renumber(work, course_id, old_parent_id, [number for number in old if number != element_id], old)
    renumber(work, course_id, parent_id, [*new, element_id], new)


def locked_place(work: UnitOfWork, element_id: int) -> tuple[int, int | None]:
    """Returns an element's course and folder, when nobody else is ordering the course."""
    connection = work.connection()
    connection.execute(LOCK_COURSE, {"number": element_id})
    row = connection.execute(PLACE, {"number": element_id}).one()
    return row.course_id, row.parent_id


def neighbours(work: UnitOfWork, course_id: int, parent_id: int | None) -> dict[int, int]:
    """Returns the elements of a folder or a course's root, in order, with their places."""
    here = {"course": course_id, "folder": parent_id}
    rows = work.connection().execute(AT_ROOT if parent_id is None else IN_FOLDER, here)
    return {row.id: row.position for row in rows}


def renumber(
    work: UnitOfWork, course_id: int, parent_id: int | None, order: Sequence[int], old: Mapping[int, int]
) -> None:
    """Gives elements the places of their order, where they had others."""
    places = [{"number": number, "place": place} for place, number in enumerate(order, 1) if old.get(number) != place]
    if places:
        work.connection().execute(RENUMBER, places)
    work.directory.end_at(course_id, parent_id, len(order))
