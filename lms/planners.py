"""The lesson planner of a course: makes it, and replaces it by another one (tables: lms.tables.planner)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, select

from lms.elements import Origin, add_key
from lms.lookup import MOST_VALUES
from lms.planner_contents import add_contents, clear_contents, place_lessons, place_topics, trash
from lms.planner_plan import Plan
from lms.statements import change_rows
from lms.tables import content_key, planner, planner_lesson, planner_topic
from lms.unit_of_work import UnitOfWork, Values


@dataclass(frozen=True, slots=True)
class StoredPlanner:
    """The planner that a course has, with the numbers of those of its topics and lessons, by key, that were asked for.

    What is in the trash is among them.
    """

    sync_key: str
    topics: dict[str, int]
    lessons: dict[str, int]


@dataclass(frozen=True, slots=True)
class PlannerMark:
    """Who makes or replaces the planner of which course, and the key that it has afterwards."""

    course_id: int
    sync_key: str
    person_id: int
    origin: Origin


CURRENT = select(planner.c.sync_key).where(planner.c.course_id == bindparam("course_id")).with_for_update()
FREE_KEY = delete(content_key).where(
    content_key.c.site_id == bindparam("site_id"), content_key.c.sync_key == bindparam("key")
)
TOPICS, LESSONS = (
    select(table.c.sync_key, table.c.id).where(
        table.c.site_id == bindparam("site_id"),
        table.c.sync_key.in_(bindparam("keys", expanding=True)),
        table.c.course_id == bindparam("course_id"),
    )
    for table in (planner_topic, planner_lesson)
)


def find_planner(work: UnitOfWork, course_id: int, keys: Sequence[str]) -> StoredPlanner | None:
    """Returns the planner of a course, if it has one, with the parts that have one of these keys, and locks it."""
    sync_key = work.scalar(CURRENT, {"course_id": course_id})
    if sync_key is None:
        return None
    topics, lessons = (numbers_of(work, query, course_id, keys) for query in (TOPICS, LESSONS))
    return StoredPlanner(sync_key, topics, lessons)


def numbers_of(work: UnitOfWork, query: Select[Any], course_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Returns the numbers of parts of a course's planner by their keys; what else is in its trash is not looked at."""
    numbers: dict[str, int] = {}
    here = {"site_id": work.site_id, "course_id": course_id}
    for start in range(0, len(keys), MOST_VALUES):
        rows = work.execute(query, {**here, "keys": keys[start : start + MOST_VALUES]})
        numbers.update({row.sync_key: row.id for row in rows})
    return numbers


def add_planner(work: UnitOfWork, mark: PlannerMark, plan: Plan) -> None:
    """Stores the planner of a course that has none. All keys must be free."""
    add_key(work, mark.sync_key, "planner")
    work.insert(
        planner,
        {
            "course_id": mark.course_id,
            "site_id": work.site_id,
            "sync_key": mark.sync_key,
            "vendor_id": mark.origin.vendor_id,
            "creator_id": mark.person_id,
            "editor_id": None,
            "created_at": work.now,
            "updated_at": work.now,
            "credential_id": mark.origin.credential_id,
            "message_id": mark.origin.message_id,
        },
    )
    topics = place_topics(work, mark.course_id, plan, {})
    lessons = place_lessons(work, mark.course_id, plan, topics, {})
    add_contents(work, mark.course_id, plan, topics, lessons)


def replace_planner(work: UnitOfWork, mark: PlannerMark, stored: StoredPlanner, plan: Plan) -> None:
    """Makes the plan the course's planner.

    Topics and lessons are known by their keys: those of the plan keep their numbers, or come back out of the trash; all
    others go there. Keys that the planner does not have yet must be free.
    """
    change_planner(work, mark, stored.sync_key)
    for table in (planner_topic, planner_lesson):
        work.execute(trash(table), {"course": mark.course_id, "now": work.now})
    topics = place_topics(work, mark.course_id, plan, stored.topics)
    lessons = place_lessons(work, mark.course_id, plan, topics, stored.lessons)
    clear_contents(work, mark.course_id)
    add_contents(work, mark.course_id, plan, topics, lessons)


def change_planner(work: UnitOfWork, mark: PlannerMark, old_key: str) -> None:
    """Notes who replaces the planner; a new key takes the place of the old one, which is free again."""
    values: Values = {"editor_id": mark.person_id, "updated_at": work.now, "sync_key": mark.sync_key}
    if mark.origin.vendor_id is not None:
        values["vendor_id"] = mark.origin.vendor_id
    if mark.sync_key != old_key:
        add_key(work, mark.sync_key, "planner")
    change_rows(work, planner.c.course_id, mark.course_id, values)
    if mark.sync_key != old_key:
        work.execute(FREE_KEY, {"site_id": work.site_id, "key": old_key})
        work.directory.free_key(old_key)
