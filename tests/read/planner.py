"""Puts a lesson planner into a store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from lms import tables
from tests.read.content import NOW, Content

VISIBLE = {"show_on_course_page": True, "show_in_grid": True, "visible_for_all": True}


class PlannerContent:
    """The planner of one course; methods return the numbers of their rows."""

    def __init__(self, content: Content, site_id: int, course_id: int) -> None:
        self.content, self.site_id, self.course_id = content, site_id, course_id
        self.places: dict[str, int] = {}
        self.add(tables.planner, "planner", creator_id=content.person(site_id), credential_id=7, message_id=1)

    def add(self, table: Table, sync_key: str, **values: Any) -> None:
        self.content.insert(tables.content_key, site_id=self.site_id, sync_key=sync_key, kind=table.name)
        marks = {"created_at": NOW, "updated_at": NOW, "course_id": self.course_id, "site_id": self.site_id}
        self.content.insert(table, sync_key=sync_key, **marks, **values)

    def next_place(self, kind: str) -> int:
        self.places[kind] = self.places.get(kind, 0) + 1
        return self.places[kind]

    def column(self, level: str, number: int, kind: str = "Custom", name: str = "", **values: Any) -> int:
        column_id = next(self.content.numbers)
        row = {"id": column_id, "level": level, "number": number, "kind": kind, "name": name, **VISIBLE}
        place = {"position": self.next_place(level), "course_id": self.course_id}
        self.content.insert(tables.planner_column, **row, **(place | values))
        return column_id

    def topic(self, sync_key: str, **values: Any) -> int:
        number = next(self.content.numbers)
        row = {"id": number, "title": f"Topic {sync_key}", "position": self.next_place("topics")}
        self.add(tables.planner_topic, sync_key, **(row | values))
        return number

    def lesson(self, sync_key: str, topic_id: int | None = None, **values: Any) -> int:
        number = next(self.content.numbers)
        row = {"id": number, "title": f"Lesson {sync_key}", "position": self.next_place("lessons"), "active": True}
        self.add(
            tables.planner_lesson, sync_key, topic_id=topic_id, **(row | {"outline": "", "class_hours": ""} | values)
        )
        return number

    def text(self, level: str, owner: int, column_id: int, text: str) -> None:
        self.content.insert(tables.planner_text, **self.cell(level, owner, column_id), text=text)

    def objectives(self, level: str, owner: int, column_id: int, *keys: str) -> None:
        for position, key in enumerate(keys, 1):
            cell = self.cell(level, owner, column_id)
            self.content.insert(tables.planner_objective, **cell, position=position, learning_objective_id=key)

    def cell(self, level: str, owner: int, column_id: int) -> dict[str, Any]:
        return {"course_id": self.course_id, "level": level, f"{level.lower()}_id": owner, "column_id": column_id}
