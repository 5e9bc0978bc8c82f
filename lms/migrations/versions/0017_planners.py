"""Lesson planners of courses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.migrations.checks import replace_check
from lms.tables.base import Moment

revision = "content_0017"
down_revision = "content_0016"


def upgrade() -> None:
    replace_check(
        "content_key",
        "kind",
        "kind IN ('element', 'my_file', 'course_file', 'resource', 'calendar_event', 'planner', "
        "'planner_topic', 'planner_lesson')",
    )
    op.create_table(
        "planner",
        sa.Column("course_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"], ["course.site_id", "course.id"], name=op.f("fk_planner_site_id_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "creator_id"], ["person.site_id", "person.id"], name=op.f("fk_planner_site_id_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "editor_id"], ["person.site_id", "person.id"], name=op.f("fk_planner_site_id_editor_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_planner_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_planner")),
        sa.UniqueConstraint("site_id", "course_id", name=op.f("uq_planner_site_id_course_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_planner_site_id_sync_key")),
    )
    op.create_table(
        "planner_column",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("show_on_course_page", sa.Boolean(), nullable=False),
        sa.Column("show_in_grid", sa.Boolean(), nullable=False),
        sa.Column("visible_for_all", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.CheckConstraint("kind <> 'Custom' OR name <> ''", name=op.f("ck_planner_column_name")),
        sa.CheckConstraint(
            "kind IN ('Custom', 'Topic', 'Lesson', 'LessonOutline', 'Date', 'ClassHours', 'LearningObjectives', "
            "'Resources', 'Activities')",
            name=op.f("ck_planner_column_kind"),
        ),
        sa.CheckConstraint("level IN ('Topic', 'Lesson')", name=op.f("ck_planner_column_level")),
        sa.ForeignKeyConstraint(["course_id"], ["planner.course_id"], name=op.f("fk_planner_column_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planner_column")),
        sa.UniqueConstraint("course_id", "level", "id", name=op.f("uq_planner_column_course_id_level_id")),
    )
    op.create_index(
        op.f("ix_planner_column_course_id_level_position"),
        "planner_column",
        ["course_id", "level", "position"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_planner_column_course_id_number"),
        "planner_column",
        ["course_id", "number"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "planner_topic",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.CheckConstraint("title <> ''", name=op.f("ck_planner_topic_title")),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["planner.site_id", "planner.course_id"],
            name=op.f("fk_planner_topic_site_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_planner_topic_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planner_topic")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_planner_topic_course_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_planner_topic_site_id_sync_key")),
    )
    op.create_index(
        op.f("ix_planner_topic_course_id_position"),
        "planner_topic",
        ["course_id", "position"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "planner_lesson",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("start_at", Moment(), nullable=True),
        sa.Column("stop_at", Moment(), nullable=True),
        sa.Column("class_hours", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_planner_lesson_title")),
        sa.ForeignKeyConstraint(
            ["course_id", "topic_id"],
            ["planner_topic.course_id", "planner_topic.id"],
            name=op.f("fk_planner_lesson_course_id_topic_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "course_id"],
            ["planner.site_id", "planner.course_id"],
            name=op.f("fk_planner_lesson_site_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_planner_lesson_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planner_lesson")),
        sa.UniqueConstraint("course_id", "id", name=op.f("uq_planner_lesson_course_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_planner_lesson_site_id_sync_key")),
    )
    op.create_index(
        op.f("ix_planner_lesson_course_id_position"),
        "planner_lesson",
        ["course_id", "position"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_planner_lesson_course_id_topic_id"), "planner_lesson", ["course_id", "topic_id"], unique=False
    )
    op.create_table(
        "planner_link",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('Resource', 'Activity')", name=op.f("ck_planner_link_kind")),
        sa.ForeignKeyConstraint(
            ["course_id", "element_id"],
            ["element.course_id", "element.id"],
            name=op.f("fk_planner_link_course_id_element_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["planner_lesson.course_id", "planner_lesson.id"],
            name=op.f("fk_planner_link_course_id_lesson_id"),
        ),
        sa.PrimaryKeyConstraint("lesson_id", "kind", "position", name=op.f("pk_planner_link")),
        sa.UniqueConstraint("lesson_id", "kind", "element_id", name=op.f("uq_planner_link_lesson_id_kind_element_id")),
    )
    op.create_index(op.f("ix_planner_link_element_id"), "planner_link", ["element_id"], unique=False)
    op.create_table(
        "planner_objective",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("learning_objective_id", sa.String(length=255), nullable=False),
        sa.CheckConstraint(
            "(topic_id IS NOT NULL) = (level = 'Topic') AND (lesson_id IS NOT NULL) = (level = 'Lesson')",
            name=op.f("ck_planner_objective_level"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["planner_lesson.course_id", "planner_lesson.id"],
            name=op.f("fk_planner_objective_course_id_lesson_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "level", "column_id"],
            ["planner_column.course_id", "planner_column.level", "planner_column.id"],
            name=op.f("fk_planner_objective_course_id_level_column_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "topic_id"],
            ["planner_topic.course_id", "planner_topic.id"],
            name=op.f("fk_planner_objective_course_id_topic_id"),
        ),
        sa.UniqueConstraint(
            "lesson_id", "column_id", "position", name=op.f("uq_planner_objective_lesson_id_column_id_position")
        ),
        sa.UniqueConstraint(
            "topic_id", "column_id", "position", name=op.f("uq_planner_objective_topic_id_column_id_position")
        ),
    )
    op.create_index(
        op.f("ix_planner_objective_course_id_level_column_id"),
        "planner_objective",
        ["course_id", "level", "column_id"],
        unique=False,
    )
    op.create_table(
        "planner_text",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(topic_id IS NOT NULL) = (level = 'Topic') AND (lesson_id IS NOT NULL) = (level = 'Lesson')",
            name=op.f("ck_planner_text_level"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "lesson_id"],
            ["planner_lesson.course_id", "planner_lesson.id"],
            name=op.f("fk_planner_text_course_id_lesson_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "level", "column_id"],
            ["planner_column.course_id", "planner_column.level", "planner_column.id"],
            name=op.f("fk_planner_text_course_id_level_column_id"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "topic_id"],
            ["planner_topic.course_id", "planner_topic.id"],
            name=op.f("fk_planner_text_course_id_topic_id"),
        ),
        sa.UniqueConstraint("lesson_id", "column_id", name=op.f("uq_planner_text_lesson_id_column_id")),
        sa.UniqueConstraint("topic_id", "column_id", name=op.f("uq_planner_text_topic_id_column_id")),
    )
    op.create_index(
        op.f("ix_planner_text_course_id_level_column_id"),
        "planner_text",
        ["course_id", "level", "column_id"],
        unique=False,
    )
