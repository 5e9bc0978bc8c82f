"""Roles of people as rows of their own; how many rosters a site has had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0022"
down_revision = "content_0021"


def upgrade() -> None:
    op.create_table(
        "person_role",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"], ["person.site_id", "person.id"], name=op.f("fk_person_role_site_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "organisation_id"],
            ["organisation.site_id", "organisation.id"],
            name=op.f("fk_person_role_site_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_person_role_site_id_sync_key")),
    )
    op.create_index(op.f("ix_person_role_person_id"), "person_role", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_role_organisation_id"), "person_role", ["organisation_id"], unique=False)
    op.create_table(
        "roster_import",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_roster_import")),
    )
