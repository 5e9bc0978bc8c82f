"""The file areas of courses, and the pictures of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.migrations.checks import replace_check
from lms.tables.base import Moment

revision = "content_0009"
down_revision = "content_0008"


def upgrade() -> None:
    replace_check("content_key", "kind", "kind IN ('element', 'my_file', 'course_file')")
    add_course_file()
    add_profile_picture()
    # With its foreign key in the same clause, which SQLite takes and alembic does not write for it.
    for column, table in (("course_file_id", "course_file"), ("person_id", "person")):
        constraint = f"fk_file_use_{column}"
        op.execute(f"ALTER TABLE file_use ADD COLUMN {column} INTEGER CONSTRAINT {constraint} REFERENCES {table} (id)")
    replace_check(
        "file_use",
        "user",
        "CASE WHEN element_id IS NULL THEN 0 ELSE 1 END + CASE WHEN my_file_id IS NULL THEN 0 ELSE 1 END + "
        "CASE WHEN course_file_id IS NULL THEN 0 ELSE 1 END + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1",
    )
    op.create_index(op.f("ix_file_use_person_id"), "file_use", ["person_id"], unique=False)


def add_course_file() -> None:
    op.create_table(
        "course_file",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=True),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'File') = (file_id IS NOT NULL)", name=op.f("ck_course_file_file")),
        sa.CheckConstraint("kind IN ('File', 'Folder')", name=op.f("ck_course_file_kind")),
        sa.ForeignKeyConstraint(
            ["course_id", "parent_id"],
            ["course_file.course_id", "course_file.id"],
            name=op.f("fk_course_file_course_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_course_file_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "creator_id"], ["person.site_id", "person.id"], name=op.f("fk_course_file_site_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_course_file_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_file")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_course_file_course_id_id")),
        sa.UniqueConstraint("course_id", "path", name=op.f("uq_course_file_course_id_path")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_course_file_site_id_sync_key")),
    )


def add_profile_picture() -> None:
    op.create_table(
        "profile_picture",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "content_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/webp')",
            name=op.f("ck_profile_picture_content_type"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"], ["person.site_id", "person.id"], name=op.f("fk_profile_picture_site_id_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profile_picture")),
    )
