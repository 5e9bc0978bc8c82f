"""The topics and lessons of a planner, and what its columns hold for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Table, Update, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from lms.elements import add_key
from lms.planner_plan import Cells, Plan
from lms.statements import KEY, update_of
from lms.tables import planner_column, planner_lesson, planner_link, planner_objective, planner_text, planner_topic
from lms.unit_of_work import UnitOfWork, Values
from lms.values import values_of

CELLS = (planner_text, planner_objective)

Numbers = Mapping[str, int]
"""Numbers of topics or lessons by their keys."""


def place_topics(work: UnitOfWork, course_id: int, plan: Plan, known: Numbers) -> Numbers:
    """Stores the topics themselves; returns their numbers."""
    rows: dict[str, Values] = {
        topic.sync_key: {"title": topic.title, "position": position} for position, topic in enumerate(plan.topics, 1)
    }
    return place(work, planner_topic, course_id, rows, known)


def place_lessons(work: UnitOfWork, course_id: int, plan: Plan, topics: Numbers, known: Numbers) -> Numbers:
    """Stores the lessons themselves; returns their numbers."""
    rows: dict[str, Values] = {
        lesson.sync_key: {
            "title": lesson.title,
            "position": position,
            "topic_id": None if topic is None else topics[topic.sync_key],
            "outline": lesson.outline,
            "start_at": lesson.start_at,
            "stop_at": lesson.stop_at,
            "class_hours": lesson.class_hours,
            "active": lesson.active,
        }
        for position, (lesson, topic) in enumerate(plan.placed_lessons(), 1)
    }
    return place(work, planner_lesson, course_id, rows, known)


def place(work: UnitOfWork, table: Table, course_id: int, rows: Mapping[str, Values], known: Numbers) -> Numbers:
    """Changes the rows that are known by their keys, in the trash or not, and stages the others."""
    numbers: dict[str, int] = {}
    returning: list[Values] = []
    for key, values in rows.items():
        common: Values = {**values, "updated_at": work.now, "deleted_at": None}
        if key in known:
            numbers[key] = known[key]
            returning.append({KEY: known[key], **common})
        else:
            numbers[key] = work.new_id(table)
            add_key(work, key, table.name)
            own = {"id": numbers[key], "site_id": work.site_id, "course_id": course_id, "sync_key": key}
            work.insert(table, {**common, **own, "created_at": work.now})
    if returning:
        _, *names = returning[0]
        work.execute(update_of(table.c.id, tuple(names)), returning)
    return numbers


def clear_contents(work: UnitOfWork, course_id: int) -> None:
    """Empties what is not in the trash, and retires all columns; those that nothing in the trash uses are removed."""
    for statement in CLEAR:
        work.execute(statement, {"course": course_id})
    work.execute(trash(planner_column), {"course": course_id, "now": work.now})


def used_by(table: Table) -> ColumnElement[bool]:
    """Whether a topic or lesson has something of this table in a column."""
    return and_(
        table.c.course_id == planner_column.c.course_id,
        table.c.level == planner_column.c.level,
        table.c.column_id == planner_column.c.id,
    )


TOPICS, LESSONS = (
    select(table.c.id).where(table.c.course_id == bindparam("course"), table.c.deleted_at.is_(None))
    for table in (planner_topic, planner_lesson)
)
CLEAR = (
    *(delete(table).where(or_(table.c.topic_id.in_(TOPICS), table.c.lesson_id.in_(LESSONS))) for table in CELLS),
    delete(planner_link).where(planner_link.c.lesson_id.in_(LESSONS)),
    delete(planner_column).where(
        planner_column.c.course_id == bindparam("course"), *(~exists().where(used_by(table)) for table in CELLS)
    ),
)


@cache
def trash(table: Table) -> Update:
    """Returns what puts into the trash what a planner has of this table."""
    current = table.c.course_id == bindparam("course"), table.c.deleted_at.is_(None)
    return update(table).where(*current).values(deleted_at=bindparam("now"))


def add_contents(work: UnitOfWork, course_id: int, plan: Plan, topics: Numbers, lessons: Numbers) -> None:
    """Stages the columns, what they hold, and the links of lessons."""
    columns = add_columns(work, course_id, plan)
    for topic in plan.topics:
        owner = {"level": "Topic", "topic_id": topics[topic.sync_key], "lesson_id": None}
        add_cells(work, {"course_id": course_id, **owner}, topic.cells, columns)
    for lesson, _ in plan.placed_lessons():
        number = lessons[lesson.sync_key]
        owner = {"level": "Lesson", "topic_id": None, "lesson_id": number}
        add_cells(work, {"course_id": course_id, **owner}, lesson.cells, columns)
        add_links(work, {"course_id": course_id, "lesson_id": number}, lesson.links)


def add_columns(work: UnitOfWork, course_id: int, plan: Plan) -> Mapping[int, int]:
    """Stages the columns; returns their numbers on the platform by those of the plan."""
    places: Counter[str] = Counter()
    numbers: dict[int, int] = {}
    for column in plan.columns:
        places[column.level] += 1
        numbers[column.number] = work.new_id(planner_column)
        own = {"id": numbers[column.number], "course_id": course_id, "position": places[column.level]}
        work.insert(planner_column, {**values_of(column), **own, "deleted_at": None})
    return numbers


def add_cells(work: UnitOfWork, owner: Values, cells: Cells, columns: Mapping[int, int]) -> None:
    for number, html in cells.texts.items():
        work.insert(planner_text, {**owner, "column_id": columns[number], "text": html})
    for number, objectives in cells.objectives.items():
        for position, objective in enumerate(objectives, 1):
            own = {"column_id": columns[number], "position": position, "learning_objective_id": objective}
            work.insert(planner_objective, {**owner, **own})


def add_links(work: UnitOfWork, owner: Values, links: Mapping[str, Sequence[int]]) -> None:
    for kind, elements in links.items():
        for position, element_id in enumerate(elements, 1):
            work.insert(planner_link, {**owner, "kind": kind, "position": position, "element_id": element_id})
