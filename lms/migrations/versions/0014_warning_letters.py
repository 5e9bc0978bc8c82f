"""Warning letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0014"
down_revision = "content_0013"


def upgrade() -> None:
    op.create_table(
        "warning_letter",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("letter_key", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("status IN ('Created', 'Received', 'Archived')", name=op.f("ck_warning_letter_status")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_warning_letter_title")),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_warning_letter_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"], ["person.site_id", "person.id"], name=op.f("fk_warning_letter_site_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "term_id"], ["term.site_id", "term.id"], name=op.f("fk_warning_letter_site_id_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_letter")),
        sa.UniqueConstraint("site_id", "letter_key", name=op.f("uq_warning_letter_site_id_letter_key")),
    )
    op.create_index(
        op.f("ix_warning_letter_site_id_status_id"), "warning_letter", ["site_id", "status", "id"], unique=False
    )
