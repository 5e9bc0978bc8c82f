"""Elements, their keys, files and pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0002"
down_revision = "content_0001"


def upgrade() -> None:
    op.create_table(
        "content_key",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.CheckConstraint("kind IN ('element', 'my_file')", name=op.f("ck_content_key_kind")),
        sa.PrimaryKeyConstraint("site_id", "sync_key", name=op.f("pk_content_key")),
    )
    op.create_table(
        "element",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("security", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("delete_reason", sa.String(length=255), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'Extension') = (extension_id IS NOT NULL)", name=op.f("ck_element_extension")),
        sa.CheckConstraint(
            "course_id IS NOT NULL OR (kind = 'Extension' AND parent_id IS NULL)", name=op.f("ck_element_place")
        ),
        sa.CheckConstraint(
            "kind IN ('Folder', 'Page', 'File', 'Link', 'IMSPackage', 'Test', 'Extension')",
            name=op.f("ck_element_kind"),
        ),
        sa.CheckConstraint("security IN ('Inherit', 'Secure', 'Locked')", name=op.f("ck_element_security")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_element_title")),
        sa.ForeignKeyConstraint(
            ["course_id", "parent_id"], ["element.course_id", "element.id"], name=op.f("fk_element_course_id_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_element_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "creator_id"], ["person.site_id", "person.id"], name=op.f("fk_element_site_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "editor_id"], ["person.site_id", "person.id"], name=op.f("fk_element_site_id_editor_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_element_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_element")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_element_course_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_element_site_id_sync_key")),
    )
    op.create_index(
        op.f("ix_element_course_id_parent_id_position_id"),
        "element",
        ["course_id", "parent_id", "position", "id"],
        unique=False,
    )
    op.create_table(
        "element_file",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_file_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_file")),
    )
    op.create_table(
        "element_page",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_page_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_page")),
    )
    op.create_table(
        "page_file",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_page_file_element_id")),
        sa.PrimaryKeyConstraint("element_id", "block", "number", name=op.f("pk_page_file")),
    )
