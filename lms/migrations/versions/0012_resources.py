"""Rooms and equipment that can be booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.migrations.checks import replace_check
from lms.tables.base import Moment

revision = "content_0012"
down_revision = "content_0011"


def upgrade() -> None:
    replace_check("content_key", "kind", "kind IN ('element', 'my_file', 'course_file', 'resource')")
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("short_name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("for_staff", sa.Boolean(), nullable=False),
        sa.Column("for_learners", sa.Boolean(), nullable=False),
        sa.Column("for_guests", sa.Boolean(), nullable=False),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("short_name <> ''", name=op.f("ck_resource_short_name")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_resource_title")),
        sa.ForeignKeyConstraint(
            ["site_id", "creator_id"], ["person.site_id", "person.id"], name=op.f("fk_resource_site_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "organisation_id"],
            ["organisation.site_id", "organisation.id"],
            name=op.f("fk_resource_site_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_resource_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_resource_site_id_sync_key")),
    )
