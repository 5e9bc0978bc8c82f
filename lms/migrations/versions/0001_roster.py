"""Organisations, terms, people, courses, memberships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("identifier", sa.String(length=255), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "parent_id"],
            ["organisation.site_id", "organisation.id"],
            name=op.f("fk_organisation_site_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_organisation_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_organisation_site_id_sync_key")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "parent_id"], ["term.site_id", "term.id"], name=op.f("fk_term_site_id_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_term_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_term_site_id_sync_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("given_name", sa.String(length=255), nullable=False),
        sa.Column("family_name", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("external_user_id", sa.String(length=255), nullable=True),
        sa.Column("external_customer_id", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_person_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_person_site_id_sync_key")),
    )
    op.create_table(
        "person_organisation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_organisation_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_person_organisation")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("credits", sa.String(length=64), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("external_customer_id", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "organisation_id"],
            ["organisation.site_id", "organisation.id"],
            name=op.f("fk_course_site_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_course_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_course_site_id_sync_key")),
    )
    op.create_index(op.f("ix_course_organisation_id"), "course", ["organisation_id"], unique=False)
    op.create_table(
        "course_term",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_term_course_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_course_term_term_id")),
        sa.PrimaryKeyConstraint("course_id", "term_id", name=op.f("pk_course_term")),
    )
    op.create_index(op.f("ix_course_term_term_id"), "course_term", ["term_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_membership_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"], ["person.site_id", "person.id"], name=op.f("fk_membership_site_id_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_membership_site_id_sync_key")),
    )
    op.create_index(op.f("ix_membership_course_id"), "membership", ["course_id"], unique=False)
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
