"""Gathers the elements that a planner's lessons work with in folders, one a topic."""

from __future__ import annotations

from collections.abc import Callable

from lms.elements import NewElement, add_element
from lms.planner_plan import Plan, PlannedTopic
from lms.planners import PlannerMark
from lms.statements import KEY, update_of
from lms.tables import element
from lms.unit_of_work import UnitOfWork, Values

MOVE = update_of(element.c.id, ("parent_id", "position", "updated_at", "editor_id"))


def gather_elements(work: UnitOfWork, mark: PlannerMark, plan: Plan, new_key: Callable[[], str]) -> None:
    """Makes a folder at the end of the course's root for each topic with elements, and moves them there in order.

    An element of several topics goes to the first one.
    """
    moves: list[Values] = []
    gathered: set[int] = set()
    for topic in plan.topics:
        elements = [number for number in elements_of(topic) if number not in gathered]
        if not elements:
            continue
        gathered.update(elements)
        new = NewElement("Folder", mark.course_id, None, new_key(), topic.title, mark.person_id, mark.origin)
        folder = add_element(work, new)
        for number in elements:
            position = work.directory.next_position(mark.course_id, folder)
            changed = {"parent_id": folder, "position": position, "updated_at": work.now, "editor_id": mark.person_id}
            moves.append({KEY: number, **changed})
    if moves:
        work.execute(MOVE, moves)
        work.directory.forget_whole()


def elements_of(topic: PlannedTopic) -> dict[int, None]:
    """Returns the numbers of the elements of a topic's lessons, each once."""
    return dict.fromkeys(number for lesson in topic.lessons for found in lesson.links.values() for number in found)
