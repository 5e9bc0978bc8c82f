"""The assessment record: summary columns, and what each person has in them for a course."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import TITLE_LENGTH, metadata, roster_columns
from lms.tables.gradebook import STATUS_LENGTH

# The key is ColumnExternalId.
summary_column = Table(
    "summary_column",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
)

# The indexes are in the order of the read: by the moment of change.
summary_record = Table(
    "summary_record",
    metadata,
    *roster_columns(),
    Column("column_id", Integer, nullable=False),
    Column("course_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("status", String(STATUS_LENGTH), nullable=False),  # "": the column has none
    Column("completed", Boolean, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "column_id"], ["summary_column.site_id", "summary_column.id"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    CheckConstraint("status <> '' OR NOT completed", name="completed"),
    Index(None, "site_id", "updated_at", "id"),
    Index(None, "course_id", "updated_at", "id"),
    Index(None, "person_id", "updated_at", "id"),
)
