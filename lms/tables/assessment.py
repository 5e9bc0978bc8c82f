"""Assessment scales, and the custom activities that are assessed with them.

A scale counts everywhere on its site, or in one course (reads.yaml, Read.AssessmentScales).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
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
)

from lms.tables.base import TITLE_LENGTH, Moment, element_key, metadata, roster_columns

assessment_scale = Table(
    "assessment_scale",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    Column("totals", String(32), nullable=False),  # how totals are made of its grades
    Column("course_id", Integer),  # NULL: for the whole site
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    Index(None, "site_id", "course_id"),
)

# A grade of a scale.
assessment_item = Table(
    "assessment_item",
    metadata,
    *roster_columns(),
    Column("scale_id", Integer, nullable=False),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("percent_from", Float),  # of the score
    Column("percent_to", Float),
    Column("position", Integer, nullable=False),  # in its scale
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "scale_id"], ["assessment_scale.site_id", "assessment_scale.id"]),
    CheckConstraint("percent_from <= percent_to", name="percent"),
    Index(None, "scale_id"),
)

element_custom_activity = Table(
    "element_custom_activity",
    metadata,
    element_key(),
    Column("site_id", Integer, nullable=False),
    Column("deadline", Moment),
    Column("mandatory", Boolean, nullable=False),
    Column("assessment_scale_id", Integer),
    Column("max_score", Integer),
    Column("status_id", Integer),  # the set of statuses, as it was sent
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    ForeignKeyConstraint(["site_id", "assessment_scale_id"], ["assessment_scale.site_id", "assessment_scale.id"]),
    CheckConstraint("max_score >= 0", name="max_score"),
)
