"""The order of elements in a folder or in a course's root: places from 1, without gaps.

Deleted elements have no place: they keep the number of the one that they had.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

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
RENUMBER = (
    update(element)
    .where(element.c.id == bindparam("number"), element.c.position != bindparam("place"))
    .values(position=bindparam("place"))
)


def reorder(work: UnitOfWork, element_id: int, place: int) -> None:
    """Moves an element of a course to a place among its neighbours; before the first is first, beyond the last last."""
    course_id, parent_id = locked_place(work, element_id)
    order = [number for number in neighbours(work, course_id, parent_id) if number != element_id]
    order.insert(max(place, 1) - 1, element_id)
    renumber(work, course_id, parent_id, order)


def move_into(work: UnitOfWork, element_id: int, parent_id: int | None) -> None:
    """Moves an element to the end of another folder of its course, None: the root; where it is already it stays."""
    course_id, old_parent_id = locked_place(work, element_id)
    if old_parent_id == parent_id:
        return
    left = [number for number in neighbours(work, course_id, old_parent_id) if number != element_id]
    joined = [*neighbours(work, course_id, parent_id), element_id]
    work.connection().execute(update(element).where(element.c.id == element_id).values(parent_id=parent_id))
    renumber(work, course_id, old_parent_id, left)
    renumber(work, course_id, parent_id, joined)


def locked_place(work: UnitOfWork, element_id: int) -> tuple[int, int | None]:
    """Returns an element's course and folder, when nobody else is ordering the course."""
    connection = work.connection()
    connection.execute(LOCK_COURSE, {"number": element_id})
    row = connection.execute(PLACE, {"number": element_id}).one()
    return row.course_id, row.parent_id


def neighbours(work: UnitOfWork, course_id: int, parent_id: int | None) -> list[int]:
    """Returns the elements of a folder or a course's root, in order."""
    query = (
        select(element.c.id)
        .where(element.c.course_id == course_id, element.c.parent_id == parent_id, element.c.deleted_at.is_(None))
        .order_by(element.c.position, element.c.id)
    )
    return list(work.connection().scalars(query))


def renumber(work: UnitOfWork, course_id: int, parent_id: int | None, order: Sequence[int]) -> None:
    """Gives elements the places of their order."""
    if order:
        places = [{"number": number, "place": place} for place, number in enumerate(order, 1)]
        work.connection().execute(RENUMBER, places)
    work.directory.end_at(course_id, parent_id, len(order))
