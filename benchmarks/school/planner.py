"""Lesson planners, one a course."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.bulk import Values
from benchmarks.school.content import keys
from benchmarks.school.size import KEYED, LESSONS, MESSAGE, NOW, SENT, SITE, TOPICS, Part, Size, keyed
from lms import tables

LEVELS = ("Topic", "Lesson")
CELL = ("course_id", "level", "column_id", "topic_id", "lesson_id", "text")


def planners(size: Size) -> Iterator[Values]:
    for course in range(1, size.courses + 1):
        yield course, SITE, f"pl-{course}", 1, NOW, NOW, *SENT


def columns(size: Size) -> Iterator[Values]:
    """A column of text for topics, and one for lessons."""
    for number in range(size.courses * 2):
        course, level = 1 + number // 2, LEVELS[number % 2]
        yield number + 1, course, level, 1 + number % 2, 1, "Custom", f"Goals of a {level}", True, True, True


def topics(size: Size) -> Iterator[Values]:
    for number in range(size.courses * TOPICS):
        course, place = 1 + number // TOPICS, number % TOPICS
        yield *keyed(number + 1, f"tp-{number + 1}"), course, f"Topic {place}", place + 1


def lessons(size: Size) -> Iterator[Values]:
    for number in range(size.courses * LESSONS):
        course, place = number // LESSONS, number % LESSONS
        topic, start = course * TOPICS + place * TOPICS // LESSONS + 1, NOW + timedelta(days=place)
        times = "<p>Outline</p>", start, start + timedelta(hours=1), "1", True
        yield *keyed(number + 1, f"ls-{number + 1}"), course + 1, f"Lesson {place}", place + 1, topic, *times


def texts(size: Size) -> Iterator[Values]:
    for number in range(size.courses * TOPICS):
        course = number // TOPICS
        yield course + 1, "Topic", course * 2 + 1, number + 1, None, "<p>Know the parts of a cell.</p>"
    for number in range(size.courses * LESSONS):
        course = number // LESSONS
        yield course + 1, "Lesson", course * 2 + 2, None, number + 1, "<p>Draw a cell.</p>"


PARTS = (
    keys("pl", "planner", lambda size: size.courses),
    keys("tp", "planner_topic", lambda size: size.courses * TOPICS),
    keys("ls", "planner_lesson", lambda size: size.courses * LESSONS),
    Part(
        tables.planner,
        ("course_id", "site_id", "sync_key", "creator_id", "created_at", "updated_at", *MESSAGE),
        planners,
        lambda size: size.courses,
    ),
    Part(
        tables.planner_column,
        (
            *("id", "course_id", "level", "number", "position", "kind", "name"),
            *("show_on_course_page", "show_in_grid", "visible_for_all"),
        ),
        columns,
        lambda size: size.courses * 2,
    ),
    Part(tables.planner_topic, (*KEYED, "course_id", "title", "position"), topics, lambda size: size.courses * TOPICS),
    Part(
        tables.planner_lesson,
        (
            *(*KEYED, "course_id", "title", "position", "topic_id", "outline", "start_at", "stop_at", "class_hours"),
            "active",
        ),
        lessons,
        lambda size: size.courses * LESSONS,
    ),
    Part(tables.planner_text, CELL, texts, lambda size: size.courses * (TOPICS + LESSONS)),
)
