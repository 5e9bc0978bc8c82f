"""Gradebooks and assessment records; what people have for custom activities is a part of their gradebook."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0020"
down_revision = "content_0019"

ELEMENT_ITEMS = """
INSERT INTO gradebook_item (site_id, element_id, created_at, updated_at, course_id)
SELECT element.site_id, element.id, element.created_at, element.created_at, element.course_id
FROM element
LEFT JOIN element_custom_activity AS activity ON activity.element_id = element.id
LEFT JOIN element_assignment AS assignment ON assignment.element_id = element.id
LEFT JOIN element_test AS test ON test.element_id = element.id
LEFT JOIN extension_instance AS instance ON instance.element_id = element.id
WHERE element.course_id IS NOT NULL AND (
    activity.element_id IS NOT NULL
    OR assignment.assessment_scale IS NOT NULL OR assignment.max_score IS NOT NULL
    OR test.assessment_scale IS NOT NULL OR instance.assessment_scale IS NOT NULL
)
ORDER BY element.id
"""
ACTIVITY_ASSESSMENTS = """
INSERT INTO gradebook_assessment (
    site_id, created_at, updated_at, course_id, item_id, person_id,
    status, assessment_item_id, score, comment, evaluator_id, assessed_at
)
SELECT given.site_id, given.assessed_at, given.assessed_at, item.course_id, item.id, given.person_id,
    given.status, given.assessment_item_id, given.score, given.comment, given.evaluator_id, given.assessed_at
FROM activity_assessment AS given JOIN gradebook_item AS item ON item.element_id = given.element_id
ORDER BY given.element_id, given.person_id
"""


def upgrade() -> None:
    add_categories()
    add_items()
    add_assessments()
    add_records()
    op.execute(ELEMENT_ITEMS)
    op.execute(ACTIVITY_ASSESSMENTS)
    op.drop_table("activity_assessment")
    op.create_index(
        op.f("ix_assessment_scale_site_id_course_id"), "assessment_scale", ["site_id", "course_id"], unique=False
    )
    op.add_column("course", sa.Column("use_assessment_record", sa.Boolean(), nullable=False, server_default=sa.true()))


def add_categories() -> None:
    op.create_table(
        "gradebook_category",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_gradebook_category_weight")),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["course.site_id", "course.id"],
            name=op.f("fk_gradebook_category_site_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradebook_category")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_gradebook_category_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_gradebook_category_site_id_sync_key")),
    )
    op.create_index(op.f("ix_gradebook_category_course_id"), "gradebook_category", ["course_id"], unique=False)


def add_items() -> None:
    op.create_table(
        "gradebook_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=True),
        sa.Column("element_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("assessment_scale_id", sa.Integer(), nullable=True),
        sa.Column("date", Moment(), nullable=True),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("max_points", sa.Float(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.CheckConstraint("(element_id IS NULL) = (sync_key IS NOT NULL)", name=op.f("ck_gradebook_item_origin")),
        sa.CheckConstraint("(element_id IS NULL) = (title IS NOT NULL)", name=op.f("ck_gradebook_item_title")),
        sa.CheckConstraint("max_points >= 0", name=op.f("ck_gradebook_item_max_points")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_gradebook_item_weight")),
        sa.ForeignKeyConstraint(
            ["course_id", "element_id"],
            ["element.course_id", "element.id"],
            name=op.f("fk_gradebook_item_course_id_element_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "assessment_scale_id"],
            ["assessment_scale.site_id", "assessment_scale.id"],
            name=op.f("fk_gradebook_item_site_id_assessment_scale_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "category_id"],
            ["gradebook_category.site_id", "gradebook_category.id"],
            name=op.f("fk_gradebook_item_site_id_category_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_gradebook_item_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "term_id"], ["term.site_id", "term.id"], name=op.f("fk_gradebook_item_site_id_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradebook_item")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_gradebook_item_course_id_id")),
        sa.UniqueConstraint("element_id", name=op.f("uq_gradebook_item_element_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_gradebook_item_site_id_sync_key")),
    )
    op.create_index(
        op.f("ix_gradebook_item_course_id_category_id"), "gradebook_item", ["course_id", "category_id"], unique=False
    )


def add_assessments() -> None:
    op.create_table(
        "gradebook_assessment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("assessment_item_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("evaluator_id", sa.Integer(), nullable=True),
        sa.Column("assessed_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "sync_key IS NOT NULL OR status IN ('NotStarted', 'Completed')", name=op.f("ck_gradebook_assessment_status")
        ),
        sa.CheckConstraint("sync_key IS NOT NULL OR score >= 0", name=op.f("ck_gradebook_assessment_score")),
        sa.ForeignKeyConstraint(
            ["course_id", "item_id"],
            ["gradebook_item.course_id", "gradebook_item.id"],
            name=op.f("fk_gradebook_assessment_course_id_item_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "assessment_item_id"],
            ["assessment_item.site_id", "assessment_item.id"],
            name=op.f("fk_gradebook_assessment_site_id_assessment_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "evaluator_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_gradebook_assessment_site_id_evaluator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"],
            ["person.site_id", "person.id"],
            name=op.f("fk_gradebook_assessment_site_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradebook_assessment")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_gradebook_assessment_site_id_sync_key")),
    )
    for columns in (["id"], ["item_id", "id"], ["person_id", "item_id"], ["assessed_at", "person_id", "item_id"]):
        op.create_index(
            op.f(f"ix_gradebook_assessment_course_id_{'_'.join(columns)}"),
            "gradebook_assessment",
            ["course_id", *columns],
            unique=False,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
    op.create_index(
        op.f("ix_gradebook_assessment_item_id_person_id"),
        "gradebook_assessment",
        ["item_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("sync_key IS NULL"),
        postgresql_where=sa.text("sync_key IS NULL"),
    )


def add_records() -> None:
    op.create_table(
        "summary_column",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_column")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_summary_column_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_summary_column_site_id_sync_key")),
    )
    op.create_table(
        "summary_record",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("status <> '' OR NOT completed", name=op.f("ck_summary_record_completed")),
        sa.ForeignKeyConstraint(
            ["site_id", "column_id"],
            ["summary_column.site_id", "summary_column.id"],
            name=op.f("fk_summary_record_site_id_column_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_summary_record_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "person_id"], ["person.site_id", "person.id"], name=op.f("fk_summary_record_site_id_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_record")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_summary_record_site_id_sync_key")),
    )
    op.create_index(
        op.f("ix_summary_record_course_id_updated_at_id"),
        "summary_record",
        ["course_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_summary_record_person_id_updated_at_id"),
        "summary_record",
        ["person_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_summary_record_site_id_updated_at_id"), "summary_record", ["site_id", "updated_at", "id"], unique=False
    )
