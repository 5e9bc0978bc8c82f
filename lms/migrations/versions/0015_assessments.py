"""Assessment scales, custom activities, learning objectives, active periods, and what people are given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0015"
down_revision = "content_0014"


def upgrade() -> None:
    op.create_table(
        "learning_objective",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('Folder', 'Subject', 'Category', 'LearningObjective')", name=op.f("ck_learning_objective_kind")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "parent_id"],
            ["learning_objective.site_id", "learning_objective.id"],
            name=op.f("fk_learning_objective_site_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_objective")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_learning_objective_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_learning_objective_site_id_sync_key")),
    )
    op.create_index(op.f("ix_learning_objective_parent_id"), "learning_objective", ["parent_id"], unique=False)
    op.create_table(
        "assessment_scale",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("totals", sa.String(length=32), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["course.site_id", "course.id"],
            name=op.f("fk_assessment_scale_site_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_scale")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_assessment_scale_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_assessment_scale_site_id_sync_key")),
    )
    op.create_table(
        "course_learning_objective",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("learning_objective_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["course.site_id", "course.id"],
            name=op.f("fk_course_learning_objective_site_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "learning_objective_id"],
            ["learning_objective.site_id", "learning_objective.id"],
            name=op.f("fk_course_learning_objective_site_id_learning_objective_id"),
        ),
        sa.PrimaryKeyConstraint("course_id", "learning_objective_id", name=op.f("pk_course_learning_objective")),
    )
    op.create_table(
        "assessment_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("scale_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("percent_from", sa.Float(), nullable=True),
        sa.Column("percent_to", sa.Float(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent_from <= percent_to", name=op.f("ck_assessment_item_percent")),
        sa.ForeignKeyConstraint(
            ["site_id", "scale_id"],
            ["assessment_scale.site_id", "assessment_scale.id"],
            name=op.f("fk_assessment_item_site_id_scale_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_item")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_assessment_item_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_assessment_item_site_id_sync_key")),
    )
    op.create_index(op.f("ix_assessment_item_scale_id"), "assessment_item", ["scale_id"], unique=False)
    op.create_table(
        "element_active_period",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("active_from", Moment(), nullable=True),
        sa.Column("active_to", Moment(), nullable=True),
        sa.CheckConstraint(
            "active_from IS NOT NULL OR active_to IS NOT NULL", name=op.f("ck_element_active_period_bound")
        ),
        sa.CheckConstraint("active_to > active_from", name=op.f("ck_element_active_period_period")),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_active_period_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_active_period")),
    )
    op.create_table(
        "element_custom_activity",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("assessment_scale_id", sa.Integer(), nullable=True),
        sa.Column("max_score", sa.Integer(), nullable=True),
        sa.Column("status_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("max_score >= 0", name=op.f("ck_element_custom_activity_max_score")),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_custom_activity_element_id")),
        sa.ForeignKeyConstraint(
            ["site_id", "assessment_scale_id"],
            ["assessment_scale.site_id", "assessment_scale.id"],
            name=op.f("fk_element_custom_activity_site_id_assessment_scale_id"),
        ),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_custom_activity")),
    )
    op.create_table(
        "element_learning_objective",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("learning_objective_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "element_id"],
            ["element.course_id", "element.id"],
            name=op.f("fk_element_learning_objective_course_id_element_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "learning_objective_id"],
            ["course_learning_objective.course_id", "course_learning_objective.learning_objective_id"],
            name=op.f("fk_element_learning_objective_course_id_learning_objective_id"),
        ),
        sa.PrimaryKeyConstraint("element_id", "learning_objective_id", name=op.f("pk_element_learning_objective")),
    )
    op.create_table(
        "objective_assessment",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("learning_objective_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.String(length=255), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("evaluator_id", sa.Integer(), nullable=False),
        sa.Column("assessed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_objective_assessment_element_id")),
        sa.ForeignKeyConstraint(
            ["site_id", "evaluator_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_objective_assessment_site_id_evaluator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "learning_objective_id"],
            ["learning_objective.site_id", "learning_objective.id"],
            name=op.f("fk_objective_assessment_site_id_learning_objective_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_objective_assessment_site_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "element_id", "learning_objective_id", "person_id", name=op.f("pk_objective_assessment")
        ),
    )
    op.create_table(
        "activity_assessment",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("assessment_item_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("evaluator_id", sa.Integer(), nullable=False),
        sa.Column("assessed_at", Moment(), nullable=False),
        sa.CheckConstraint("status IN ('NotStarted', 'Completed')", name=op.f("ck_activity_assessment_status")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_activity_assessment_score")),
        sa.ForeignKeyConstraint(
            ["element_id"], ["element_custom_activity.element_id"], name=op.f("fk_activity_assessment_element_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "assessment_item_id"],
            ["assessment_item.site_id", "assessment_item.id"],
            name=op.f("fk_activity_assessment_site_id_assessment_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "evaluator_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_activity_assessment_site_id_evaluator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_activity_assessment_site_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("element_id", "person_id", name=op.f("pk_activity_assessment")),
    )
