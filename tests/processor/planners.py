"""Planner messages as partners write them, and what the store has of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, select

from lms.tables import (
    element,
    planner_column,
    planner_lesson,
    planner_link,
    planner_objective,
    planner_text,
    planner_topic,
)
from tests.processor.conftest import Platform
from tests.processor.messages import WHERE, message

CREATE_PLANNER = "Create.Course.Planner"
UPDATE_PLANNER = "Update.Course.Planner"


def element_of(name: str, value: object) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"


def listed(name: str, items: Sequence[str]) -> str:
    return element_of(name, "".join(items)) if items else ""


def column(number: int, kind: str = "Custom", name: str | None = "Goal", **more: str) -> str:
    parts = [element_of("ColumnId", number), element_of("Name", name), element_of("Type", kind)]
    return element_of("Column", "".join([*parts, *(element_of(member, value) for member, value in more.items())]))


def text(number: int, html: str) -> str:
    return f"<CustomColumnData><ColumnId>{number}</ColumnId><Text><![CDATA[{html}]]></Text></CustomColumnData>"


def objective(number: int, name: str) -> str:
    inner = f"<ColumnId>{number}</ColumnId><LearningObjectiveId>{name}</LearningObjectiveId>"
    return element_of("LearningObjective", inner)


def lesson(name: str, key: str | None = None, more: str = "") -> str:
    return element_of("Lesson", element_of("SyncKey", key) + element_of("Name", name) + more)


def topic(name: str, key: str | None = None, lessons: Sequence[str] = (), more: str = "") -> str:
    inner = element_of("SyncKey", key) + element_of("Name", name) + listed("Lessons", lessons) + more
    return element_of("Topic", inner)


def plan(
    topics: Sequence[str] = (),
    lessons: Sequence[str] = (),
    topic_columns: Sequence[str] = (),
    lesson_columns: Sequence[str] = (),
) -> str:
    columns = listed("TopicColumns", topic_columns) + listed("LessonColumns", lesson_columns)
    inner = element_of("Columns", columns) + listed("Topics", topics) + listed("Lessons", lessons)
    return element_of("Planner", inner)


def create(planned: str, where: str = WHERE, **rest: Any) -> str:
    return message(CREATE_PLANNER, where + planned, **rest)


def replace(planned: str, where: str = WHERE, **rest: Any) -> str:
    return message(UPDATE_PLANNER, where + planned, **rest)


@dataclass(frozen=True)
class Shown:
    """A course's planner as reads can show it, all in order.

    columns: level, ColumnId of the message, type, name. topics and lessons: key, title, what is in columns by their
    ColumnId; lessons: their topic's key, too. trash: keys of the topics and lessons in it.
    """

    columns: list[tuple[str, int, str, str]]
    topics: list[tuple[str, str, dict[int, Any]]]
    lessons: list[tuple[str, str, str | None, dict[int, Any]]]
    trash: set[str]


def entries(platform: Platform, table: Table, course_id: int) -> list[Any]:
    """Returns all topics or lessons of a course, those in the trash too, in order."""
    return platform.rows(select(table).where(table.c.course_id == course_id).order_by(table.c.position))


def cells(platform: Platform, owner: str, number: int) -> dict[int, Any]:
    """Returns what a topic or lesson has in columns, retired ones too, by their ColumnId."""

    def held(table: Table, value: str) -> Select[Any]:
        query = select(planner_column.c.number, table.c[value])
        return query.join(planner_column, planner_column.c.id == table.c.column_id).where(table.c[owner] == number)

    found: dict[int, Any] = dict(map(tuple, platform.rows(held(planner_text, "text"))))
    objectives = held(planner_objective, "learning_objective_id").order_by(planner_objective.c.position)
    for column_id, name in platform.rows(objectives):
        found.setdefault(column_id, []).append(name)
    return found


def shown(platform: Platform, course_id: int = 7) -> Shown:
    columns = (
        select(planner_column)
        .where(planner_column.c.course_id == course_id, planner_column.c.deleted_at.is_(None))
        .order_by(planner_column.c.level.desc(), planner_column.c.position)
    )
    topics = entries(platform, planner_topic, course_id)
    lessons = entries(platform, planner_lesson, course_id)
    keys = {row.id: row.sync_key for row in topics}
    return Shown(
        [(row.level, row.number, row.kind, row.name) for row in platform.rows(columns)],
        [(r.sync_key, r.title, cells(platform, "topic_id", r.id)) for r in topics if r.deleted_at is None],
        [
            (r.sync_key, r.title, keys.get(r.topic_id), cells(platform, "lesson_id", r.id))
            for r in lessons
            if r.deleted_at is None
        ],
        {row.sync_key for row in [*topics, *lessons] if row.deleted_at is not None},
    )


def identities(platform: Platform, course_id: int = 7) -> dict[str, int]:
    """Returns the numbers of all topics and lessons by their keys."""
    rows = [*entries(platform, planner_topic, course_id), *entries(platform, planner_lesson, course_id)]
    return {row.sync_key: row.id for row in rows}


def links(platform: Platform, key: str) -> list[tuple[str, str]]:
    """Returns kind and key of the elements of a lesson, in order."""
    query = (
        select(planner_link.c.kind, element.c.sync_key)
        .join(element, element.c.id == planner_link.c.element_id)
        .join(planner_lesson, planner_lesson.c.id == planner_link.c.lesson_id)
        .where(planner_lesson.c.sync_key == key)
        .order_by(planner_link.c.kind.desc(), planner_link.c.position)
    )
    return [(row[0], row[1]) for row in platform.rows(query)]
