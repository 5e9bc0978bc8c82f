"""Assignments: how they are handed in and marked, and the files that belong to them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from lms.tables.base import FILE_ID_LENGTH, FILE_NAME_LENGTH, Moment, element_key, metadata

GROUP_SETTING_LENGTH = 64

element_assignment = Table(
    "element_assignment",
    metadata,
    element_key(),
    Column("deadline", Moment),
    Column("mandatory", Boolean, nullable=False),
    Column("assessment_scale", Integer),
    Column("max_score", Integer),
    Column("use_groups", String(GROUP_SETTING_LENGTH), nullable=False),  # "true", "false", or as it was sent
    Column("plagiarism", Boolean, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
)

assignment_file = Table(
    "assignment_file",
    metadata,
    Column("element_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("element_id", "position"),
    UniqueConstraint("element_id", "file_id"),
    ForeignKeyConstraint(["element_id"], ["element_assignment.element_id"]),
    CheckConstraint("position > 0", name="position"),
)
