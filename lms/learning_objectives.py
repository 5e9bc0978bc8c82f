"""The learning objectives of elements, taken from the site's repository by way of the course."""

from __future__ import annotations

from collections.abc import Sequence

from lms.references import ElementReference, ObjectiveReference
from lms.statements import KEY, delete_of, select_of
from lms.tables import course_learning_objective, element_learning_objective
from lms.tables.learning_objective import OBJECTIVE
from lms.unit_of_work import UnitOfWork

OF_COURSE, OF_ELEMENT = (
    select_of(key, key.table.c.learning_objective_id)
    for key in (course_learning_objective.c.course_id, element_learning_objective.c.element_id)
)


def find_objective(work: UnitOfWork, key: str) -> ObjectiveReference | None:
    """Returns an objective of the repository that nothing hides: neither itself nor what is above it."""
    objective = work.directory.objectives.by_key(key)
    if objective is None or objective.kind != OBJECTIVE or is_hidden(work, objective):
        return None
    return objective


def is_hidden(work: UnitOfWork, objective: ObjectiveReference) -> bool:
    """Whether something from here up to the top is unpublished or deleted; a ring of them has no top."""
    passed: set[int] = set()
    above: ObjectiveReference | None = objective
    while above is not None and above.shown and above.id not in passed:
        passed.add(above.id)
        above = None if above.parent_id is None else work.directory.objectives.by_id(above.parent_id)
    return above is not None


def set_objectives(work: UnitOfWork, element: ElementReference, objectives: Sequence[ObjectiveReference]) -> None:
    """Gives an element of a course these objectives, in this order, and no others; the course gets what it lacks."""
    work.execute(delete_of(element_learning_objective.c.element_id), {KEY: element.id}, element_id=element.id)
    known = set(work.scalars(OF_COURSE, {KEY: element.course_id}))
    for position, objective in enumerate(objectives, 1):
        link = {"course_id": element.course_id, "learning_objective_id": objective.id}
        if objective.id not in known:
            work.insert(course_learning_objective, {**link, "site_id": work.site_id})
        work.insert(element_learning_objective, {**link, "element_id": element.id, "position": position})


def objectives_of(work: UnitOfWork, element_id: int) -> set[int]:
    """Returns the numbers of an element's objectives."""
    return set(work.scalars(OF_ELEMENT, {KEY: element_id}, element_id=element_id))
