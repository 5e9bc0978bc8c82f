"""The order of elements in a folder or in a course's root: places from 1, without gaps.

Deleted elements have no place: they keep the number of the one that they had.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Update, bindparam, case, func, select, update

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
PLACE = select(element.c.course_id, element.c.parent_id, element.c.position).where(element.c.id == bindparam("number"))
HERE = element.c.course_id == bindparam("course")
LAST = 2**31 - 1
"""A place beyond all."""


def renumbering(*there: ColumnElement[bool]) -> Update:
    """Returns what gives the elements there places from 1, and one of them its own.

    The others are counted first, in their order; those from the place on come after it.
    """
    number: Any = bindparam("number")
    place: Any = bindparam("place")
    is_moved = case((element.c.id == number, 1), else_=0)
    order = is_moved, element.c.position, element.c.id
    counted = (
        select(
            element.c.id,
            func.row_number().over(order_by=order).label("rank"),
            func.count().over().label("last"),
        )
        .where(*there)
        .subquery()
    )
    own = case((counted.c.last < place, counted.c.last), else_=place)
    others = case((counted.c.rank < place, counted.c.rank), else_=counted.c.rank + 1)
    new = case((counted.c.id == number, own), else_=others)
    return update(element).values(position=new).where(element.c.id == counted.c.id, element.c.position != new)


def counting(*there: ColumnElement[bool]) -> Select[int, int, Any]:
    """Returns what counts the elements there and their places, and reads the last place."""
    position = element.c.position
    return select(func.count(), func.count(position.distinct()), func.max(position)).where(*there)


def shifting(*there: ColumnElement[bool]) -> Update:
    """Returns what moves those there between two places by one, and one of them to its own."""
    own = case((element.c.id == bindparam("number"), bindparam("place")), else_=element.c.position + bindparam("step"))
    between = element.c.position.between(bindparam("low"), bindparam("high"))
    return update(element).values(position=own).where(*there, between)


IN_ROOT = HERE, element.c.parent_id.is_(None), element.c.deleted_at.is_(None)
IN_FOLDER = HERE, element.c.parent_id == bindparam("folder"), element.c.deleted_at.is_(None)
RENUMBER, COUNT, SHIFT = (
    {is_root: make(*there) for is_root, there in ((True, IN_ROOT), (False, IN_FOLDER))}
    for make in (renumbering, counting, shifting)
)


def reorder(work: UnitOfWork, element_id: int, place: int) -> None:
    """Moves an element of a course to a place among its neighbours; before the first is first, beyond the last last."""
    row = locked_place(work, element_id)
    count = whole(work, row.course_id, row.parent_id)
    if count is None:
        renumber(work, row.course_id, row.parent_id, element_id, max(place, 1))
    else:
        shift(work, element_id, row, min(max(place, 1), count))


def whole(work: UnitOfWork, course_id: int, parent_id: int | None) -> int | None:
    """Returns how many elements a folder or a course's root has; None where they have gaps, or share places."""
    known = work.directory.whole(course_id, parent_id)
    if known is not None:
        return known
    count, places, last = work.execute(COUNT[parent_id is None], {"course": course_id, "folder": parent_id}).one()
    if not count == places == last:
        return None
    work.directory.remember_whole(course_id, parent_id, count)
    return int(count)


def shift(work: UnitOfWork, element_id: int, row: Any, place: int) -> None:
    """Moves an element among neighbours without gaps: only those between its old place and the new one move, too."""
    if place == row.position:
        return
    step = 1 if place < row.position else -1
    low, high = sorted((place, row.position))
    here = {"course": row.course_id, "folder": row.parent_id}
    between = {"low": low, "high": high, "step": step, "number": element_id, "place": place}
    work.execute(SHIFT[row.parent_id is None], here | between)


def move_into(work: UnitOfWork, element_id: int, parent_id: int | None) -> None:
    """Moves an element to the end of another folder of its course, None: the root; where it is already it stays."""
    row = locked_place(work, element_id)
    course_id, old_parent_id = row.course_id, row.parent_id
    if old_parent_id == parent_id:
        return
    change_rows(work, element.c.id, element_id, {"parent_id": parent_id})
    renumber(work, course_id, old_parent_id)
    renumber(work, course_id, parent_id, element_id)


def locked_place(work: UnitOfWork, element_id: int) -> Any:
    """Returns an element's course_id, parent_id and position, when nobody else is ordering the course."""
    work.execute(LOCK_COURSE, {"number": element_id}, element_id=element_id)
    return work.execute(PLACE, {"number": element_id}, element_id=element_id).one()


def renumber(work: UnitOfWork, course_id: int, parent_id: int | None, number: int = 0, place: int = LAST) -> None:
    """Gives elements places without gaps, and one of them, where it is among them, this place."""
    here = {"course": course_id, "folder": parent_id, "number": number, "place": place}
    work.execute(RENUMBER[parent_id is None], here)
    work.directory.forget_end(course_id, parent_id)
