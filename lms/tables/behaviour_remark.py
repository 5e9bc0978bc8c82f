"""Behaviour remarks: what staff note of a pupil, for other systems to fetch."""

from __future__ import annotations

from sqlalchemy import (
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

from lms.tables.base import Moment, metadata, one_of, roster_columns

REMARK_TYPES = ("Positive", "Negative")
REMARK_CODE_LENGTH = 64

behaviour_remark = Table(
    "behaviour_remark",
    metadata,
    *roster_columns(),
    Column("person_id", Integer, nullable=False),  # whom it is about
    Column("course_id", Integer),
    Column("term_id", Integer),
    Column("author_id", Integer),
    Column("noted_at", Moment, nullable=False),
    Column("type", String(16), nullable=False),
    Column("code", String(REMARK_CODE_LENGTH), nullable=False),
    Column("weight", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("reaction", Text, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "term_id"], ["term.site_id", "term.id"]),
    ForeignKeyConstraint(["site_id", "author_id"], ["person.site_id", "person.id"]),
    CheckConstraint(one_of("type", REMARK_TYPES), name="type"),
    Index(None, "site_id", "id"),
    Index(None, "person_id", "id"),
    Index(None, "course_id"),
    Index(None, "term_id", "id"),
)
