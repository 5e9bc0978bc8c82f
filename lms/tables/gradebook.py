"""Gradebooks of courses: categories, items, and what each person has for an item."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from lms.tables.base import ROSTER_KEY_LENGTH, TITLE_LENGTH, Moment, id_column, metadata, one_of, roster_columns

STATUS_LENGTH = 32
ACTIVITY_STATUSES = ("NotStarted", "Completed")
THERE = text("deleted_at IS NULL")
OF_ELEMENT = text("sync_key IS NULL")

gradebook_category = Table(
    "gradebook_category",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("weight", Float),
    Column("course_id", Integer),  # NULL: for the whole site
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    CheckConstraint("weight >= 0", name="weight"),
    Index(None, "course_id"),
)

# Either of a roster, with a key, or of an element: then the element and what it holds say title, scale and points, and
# all of these are NULL here. Every custom activity has an item, and is listed while it has a scale or points.
gradebook_item = Table(
    "gradebook_item",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("sync_key", String(ROSTER_KEY_LENGTH)),
    Column("element_id", Integer, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("course_id", Integer, nullable=False),
    Column("title", String(TITLE_LENGTH)),
    Column("description", Text),
    Column("category_id", Integer),
    Column("term_id", Integer),
    Column("assessment_scale_id", Integer),
    Column("date", Moment),
    Column("deadline", Moment),
    Column("max_points", Float),
    Column("weight", Float),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("course_id", "id"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["course_id", "element_id"], ["element.course_id", "element.id"]),
    ForeignKeyConstraint(["site_id", "category_id"], ["gradebook_category.site_id", "gradebook_category.id"]),
    ForeignKeyConstraint(["site_id", "term_id"], ["term.site_id", "term.id"]),
    ForeignKeyConstraint(["site_id", "assessment_scale_id"], ["assessment_scale.site_id", "assessment_scale.id"]),
    CheckConstraint("(element_id IS NULL) = (sync_key IS NOT NULL)", name="origin"),
    CheckConstraint("(element_id IS NULL) = (title IS NOT NULL)", name="title"),
    CheckConstraint("max_points >= 0", name="max_points"),
    CheckConstraint("weight >= 0", name="weight"),
    Index(None, "course_id", "category_id"),
)

# Those of elements have no key, and one person has one of an item. The course is the item's, so that the assessments of
# a course are a range of an index; it follows where an item goes to another course.
gradebook_assessment = Table(
    "gradebook_assessment",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("sync_key", String(ROSTER_KEY_LENGTH)),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("course_id", Integer, nullable=False),
    Column("item_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("status", String(STATUS_LENGTH), nullable=False),
    Column("assessment_item_id", Integer),
    Column("score", Float),
    Column("comment", Text),  # sanitised HTML
    Column("evaluator_id", Integer),
    Column("assessed_at", Moment, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(
        ["course_id", "item_id"], ["gradebook_item.course_id", "gradebook_item.id"], onupdate="CASCADE"
    ),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "evaluator_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "assessment_item_id"], ["assessment_item.site_id", "assessment_item.id"]),
    CheckConstraint(f"sync_key IS NOT NULL OR {one_of('status', ACTIVITY_STATUSES)}", name="status"),
    CheckConstraint("sync_key IS NOT NULL OR score >= 0", name="score"),
    # In the order of the read; of some items; to count by people; and of what was given after a moment.
    Index(None, "course_id", "id", sqlite_where=THERE, postgresql_where=THERE),
    Index(None, "course_id", "item_id", "id", sqlite_where=THERE, postgresql_where=THERE),
    Index(None, "course_id", "person_id", "item_id", sqlite_where=THERE, postgresql_where=THERE),
    Index(None, "course_id", "assessed_at", "person_id", "item_id", sqlite_where=THERE, postgresql_where=THERE),
    Index(None, "item_id", "person_id", unique=True, sqlite_where=OF_ELEMENT, postgresql_where=OF_ELEMENT),
)
