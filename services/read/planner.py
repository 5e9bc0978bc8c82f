"""What the reads of a lesson planner share: the course, its columns, and what these hold for a page of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from lms.among import among
from lms.tables import course, planner_column, planner_objective, planner_text
from services.read.errors import refused
from services.read.rows import AnyRow
from services.read.scope import Scope, find_course_with

NOT_ENABLED = "Planner is not enabled for the specified course."
COLUMNS = (
    select(planner_column.c.id, planner_column.c.number, planner_column.c.kind, planner_column.c.name)
    .where(planner_column.c.deleted_at.is_(None))
    .order_by(planner_column.c.position)
)


def find_planned_course(connection: Connection, scope: Scope, request: Any) -> int:
    """Returns the number of the course that a request names, whose planner must be switched on."""
    found = find_course_with(connection, scope, request, course.c.planner_enabled)
    if not found.planner_enabled:
        raise refused(NOT_ENABLED)
    return int(found.id)


class Cells:
    """The columns of a planner's topics or lessons, and what some of these have in them: three statements."""

    def __init__(self, connection: Connection, course_id: int, level: str, owners: Sequence[int]) -> None:
        own = "topic_id" if level == "Topic" else "lesson_id"
        of_level = planner_column.c.course_id == course_id, planner_column.c.level == level
        self.columns: Sequence[AnyRow] = connection.execute(COLUMNS.where(*of_level)).all()
        self._texts: dict[tuple[int, int], str] = {}
        self._objectives: dict[tuple[int, int], list[str]] = defaultdict(list)
        texts = select(planner_text.c[own], planner_text.c.column_id, planner_text.c.text)
        for owner, column, text in connection.execute(texts.where(among(connection, planner_text.c[own], owners))):
            self._texts[owner, column] = text
        held = planner_objective
        objectives = select(held.c[own], held.c.column_id, held.c.learning_objective_id).order_by(held.c.position)
        for owner, column, objective in connection.execute(objectives.where(among(connection, held.c[own], owners))):
            self._objectives[owner, column].append(objective)

    def text(self, owner: int, column: AnyRow) -> str:
        return self._texts.get((owner, column.id), "")

    def objectives(self, owner: int, column: AnyRow) -> list[str]:
        return self._objectives.get((owner, column.id), [])


def name_of(column: AnyRow) -> str:
    """Returns a column's name; one without is called as its kind."""
    return str(column.name or column.kind)
