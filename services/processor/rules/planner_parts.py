"""The parts that Create and Update.Course.Planner share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Column:
    column_id: int
    type: str
    name: str = ""
    show_on_course_page: bool = True
    show_in_grid: bool = True
    visible_for_all: bool = True


@dataclass(frozen=True, slots=True)
class Columns:
    topic_columns: tuple[Column, ...] = ()
    lesson_columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningObjective:
    column_id: int
    learning_objective_id: str


@dataclass(frozen=True, slots=True)
class CustomColumnData:
    column_id: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A resource or an activity."""

    element_id: int | None = None
    element_sync_key: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    name: str
    sync_key: str | None = None
    lesson_outline: str = ""
    start_date_time: datetime | None = None
    stop_date_time: datetime | None = None
    class_hours: str = ""
    active: bool = True
    learning_objectives: tuple[LearningObjective, ...] = ()
    custom_columns_data: tuple[CustomColumnData, ...] = ()
    resources: tuple[Link, ...] = ()
    activities: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    sync_key: str | None = None
    lessons: tuple[Lesson, ...] = ()
    learning_objectives: tuple[LearningObjective, ...] = ()
    custom_columns_data: tuple[CustomColumnData, ...] = ()


@dataclass(frozen=True, slots=True)
class Planner:
    columns: Columns
    topics: tuple[Topic, ...] = ()
    lessons: tuple[Lesson, ...] = ()

    def all_lessons(self) -> list[Lesson]:
        """Returns the lessons of the topics, then those of none."""
        return [*(lesson for topic in self.topics for lesson in topic.lessons), *self.lessons]
