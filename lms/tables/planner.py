"""The lesson planner of a course: columns, topics, lessons, and what the columns hold for each of them.

A topic or lesson that a later message leaves out is in the trash: its row stays, with deleted_at. Columns are made anew
by each message; an old one stays, deleted too, while something in the trash has a text or an objective in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from lms.tables.base import SYNC_KEY_LENGTH, TITLE_LENGTH, Moment, id_column, metadata, one_of

COLUMN_LEVELS = ("Topic", "Lesson")
COLUMN_KINDS = (
    "Custom",
    "Topic",
    "Lesson",
    "LessonOutline",
    "Date",
    "ClassHours",
    "LearningObjectives",
    "Resources",
    "Activities",
)
LINK_KINDS = ("Resource", "Activity")
NOT_DELETED = text("deleted_at IS NULL")


def one_place(*columns: str) -> Index:
    """What is not deleted has a place of its own."""
    return Index(None, *columns, unique=True, sqlite_where=NOT_DELETED, postgresql_where=NOT_DELETED)


def entry_columns() -> tuple[Column[Any], ...]:
    """What topics and lessons share."""
    return (
        id_column(),
        Column("site_id", Integer, nullable=False),
        Column("course_id", Integer, nullable=False),
        Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
        Column("title", String(TITLE_LENGTH), nullable=False),
        Column("position", Integer, nullable=False),  # from 1; of lessons: those of the first topic, of the second, …
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Column("deleted_at", Moment),
    )


def cell_columns() -> tuple[Any, ...]:
    """A column, and the topic or lesson that has something in it."""
    return (
        Column("course_id", Integer, nullable=False),
        Column("level", String(16), nullable=False),
        Column("column_id", Integer, nullable=False),
        Column("topic_id", Integer),
        Column("lesson_id", Integer),
        ForeignKeyConstraint(
            ["course_id", "level", "column_id"],
            ["planner_column.course_id", "planner_column.level", "planner_column.id"],
        ),
        ForeignKeyConstraint(["course_id", "topic_id"], ["planner_topic.course_id", "planner_topic.id"]),
        ForeignKeyConstraint(["course_id", "lesson_id"], ["planner_lesson.course_id", "planner_lesson.id"]),
        CheckConstraint(
            "(topic_id IS NOT NULL) = (level = 'Topic') AND (lesson_id IS NOT NULL) = (level = 'Lesson')", name="level"
        ),
        Index(None, "course_id", "level", "column_id"),
    )


# A course has one planner at most.
planner = Table(
    "planner",
    metadata,
    Column("course_id", Integer, primary_key=True, autoincrement=False),
    Column("site_id", Integer, nullable=False),
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("vendor_id", String(36)),
    Column("creator_id", Integer, nullable=False),
    Column("editor_id", Integer),  # who replaced it last
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "course_id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "creator_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "editor_id"], ["person.site_id", "person.id"]),
)

planner_column = Table(
    "planner_column",
    metadata,
    id_column(),
    Column("course_id", Integer, nullable=False),
    Column("level", String(16), nullable=False),
    Column("number", Integer, nullable=False),  # ColumnId of the message
    Column("position", Integer, nullable=False),  # within its level, from 1
    Column("kind", String(32), nullable=False),
    Column("name", String(64), nullable=False),  # empty: what the kind is called
    Column("show_on_course_page", Boolean, nullable=False),
    Column("show_in_grid", Boolean, nullable=False),
    Column("visible_for_all", Boolean, nullable=False),
    Column("deleted_at", Moment),
    UniqueConstraint("course_id", "level", "id"),
    ForeignKeyConstraint(["course_id"], ["planner.course_id"]),
    CheckConstraint(one_of("level", COLUMN_LEVELS), name="level"),
    CheckConstraint(one_of("kind", COLUMN_KINDS), name="kind"),
    CheckConstraint("kind <> 'Custom' OR name <> ''", name="name"),
    one_place("course_id", "number"),
    one_place("course_id", "level", "position"),
)

planner_topic = Table(
    "planner_topic",
    metadata,
    *entry_columns(),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("course_id", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["planner.site_id", "planner.course_id"]),
    CheckConstraint("title <> ''", name="title"),
    one_place("course_id", "position"),
)

planner_lesson = Table(
    "planner_lesson",
    metadata,
    *entry_columns(),
    Column("topic_id", Integer),  # NULL: of no topic
    Column("outline", Text, nullable=False),  # sanitised HTML
    Column("start_at", Moment),
    Column("stop_at", Moment),
    Column("class_hours", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("course_id", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["planner.site_id", "planner.course_id"]),
    ForeignKeyConstraint(["course_id", "topic_id"], ["planner_topic.course_id", "planner_topic.id"]),
    CheckConstraint("title <> ''", name="title"),
    one_place("course_id", "position"),
    Index(None, "course_id", "topic_id"),
)

# What a topic or lesson has in a column of kind Custom.
planner_text = Table(
    "planner_text",
    metadata,
    *cell_columns(),
    Column("text", Text, nullable=False),  # sanitised HTML
    UniqueConstraint("topic_id", "column_id"),
    UniqueConstraint("lesson_id", "column_id"),
)

# What a topic or lesson has in a column of kind LearningObjectives.
planner_objective = Table(
    "planner_objective",
    metadata,
    *cell_columns(),
    Column("position", Integer, nullable=False),  # within the column, from 1
    Column("learning_objective_id", String(255), nullable=False),  # of the objectives' repository
    UniqueConstraint("topic_id", "column_id", "position"),
    UniqueConstraint("lesson_id", "column_id", "position"),
)

# The elements of the course that a lesson works with.
planner_link = Table(
    "planner_link",
    metadata,
    Column("course_id", Integer, nullable=False),
    Column("lesson_id", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("position", Integer, nullable=False),  # within its kind, from 1
    Column("element_id", Integer, nullable=False),
    PrimaryKeyConstraint("lesson_id", "kind", "position"),
    UniqueConstraint("lesson_id", "kind", "element_id"),
    ForeignKeyConstraint(["course_id", "lesson_id"], ["planner_lesson.course_id", "planner_lesson.id"]),
    ForeignKeyConstraint(["course_id", "element_id"], ["element.course_id", "element.id"]),
    CheckConstraint(one_of("kind", LINK_KINDS), name="kind"),
    Index(None, "element_id"),
)
