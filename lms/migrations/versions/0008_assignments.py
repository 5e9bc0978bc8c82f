"""Assignments and their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0008"
down_revision = "content_0007"


def upgrade() -> None:
    op.create_table(
        "element_assignment",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("assessment_scale", sa.Integer(), nullable=True),
        sa.Column("max_score", sa.Integer(), nullable=True),
        sa.Column("use_groups", sa.String(length=64), nullable=False),
        sa.Column("plagiarism", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_assignment_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_assignment")),
    )
    op.create_table(
        "assignment_file",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_assignment_file_position")),
        sa.ForeignKeyConstraint(
            ["element_id"], ["element_assignment.element_id"], name=op.f("fk_assignment_file_element_id")
        ),
        sa.PrimaryKeyConstraint("element_id", "position", name=op.f("pk_assignment_file")),
        sa.UniqueConstraint("element_id", "file_id", name=op.f("uq_assignment_file_element_id_file_id")),
    )
