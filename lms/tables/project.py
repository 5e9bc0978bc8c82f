"""Projects, which the platform also calls communities, and the people in them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from lms.tables.base import TITLE_LENGTH, metadata, roster_columns

project = Table(
    "project",
    metadata,
    *roster_columns(),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    Column("organisation_id", Integer),
    Column("is_archived", Boolean, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "organisation_id"], ["organisation.site_id", "organisation.id"]),
    Index(None, "organisation_id"),
)

project_member = Table(
    "project_member",
    metadata,
    *roster_columns(),
    Column("project_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("role", String(32), nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "project_id"], ["project.site_id", "project.id"]),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    Index(None, "person_id"),
)
