"""Behaviour remarks, the planner setting of courses, warning letters in a reader's hands, levels of objectives."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0019"
down_revision = "content_0018"


def upgrade() -> None:
    op.add_column("course", sa.Column("planner_enabled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("warning_letter", sa.Column("held_until", Moment(), nullable=True))
    op.drop_index(op.f("ix_learning_objective_parent_id"), "learning_objective")
    op.create_index(
        op.f("ix_learning_objective_site_id_parent_id_id"), "learning_objective", ["site_id", "parent_id", "id"]
    )
    add_remarks()


def add_remarks() -> None:
    op.create_table(
        "behaviour_remark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.CheckConstraint("type IN ('Positive', 'Negative')", name=op.f("ck_behaviour_remark_type")),
        sa.ForeignKeyConstraint(
            ["site_id", "author_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_behaviour_remark_site_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["course.site_id", "course.id"],
            name=op.f("fk_behaviour_remark_site_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_behaviour_remark_site_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "term_id"], ["term.site_id", "term.id"], name=op.f("fk_behaviour_remark_site_id_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behaviour_remark")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_behaviour_remark_site_id_sync_key")),
    )
    for column in ("site_id", "person_id", "term_id"):
        op.create_index(op.f(f"ix_behaviour_remark_{column}_id"), "behaviour_remark", [column, "id"])
