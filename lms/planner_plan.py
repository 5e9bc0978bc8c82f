"""A lesson planner as a message describes it: columns, topics and lessons, all in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlannerColumn:
    """A column of the topics or of the lessons."""

    level: str
    number: int
    """What the plan itself calls it."""
    kind: str
    name: str
    show_on_course_page: bool
    show_in_grid: bool
    visible_for_all: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """What a topic or lesson has in columns, by their numbers."""

    texts: Mapping[int, str]
    objectives: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    sync_key: str
    title: str
    outline: str
    start_at: datetime | None
    stop_at: datetime | None
    class_hours: str
    active: bool
    cells: Cells
    links: Mapping[str, tuple[int, ...]]
    """Numbers of elements of the course by the kind of link, each once a kind."""


@dataclass(frozen=True, slots=True)
class PlannedTopic:
    sync_key: str
    title: str
    cells: Cells
    lessons: tuple[PlannedLesson, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole planner. The keys of its topics and lessons are all different."""

    columns: tuple[PlannerColumn, ...]
    topics: tuple[PlannedTopic, ...]
    lessons: tuple[PlannedLesson, ...]
    """Those of no topic."""

    def placed_lessons(self) -> Iterator[tuple[PlannedLesson, PlannedTopic | None]]:
        """Yields all lessons in order, each with its topic."""
        for topic in self.topics:
            for lesson in topic.lessons:
                yield lesson, topic
        for lesson in self.lessons:
            yield lesson, None
