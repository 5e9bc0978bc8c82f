"""Links, packages and tests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0003"
down_revision = "content_0002"


def upgrade() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('IMS', 'SCORM')", name=op.f("ck_package_kind")),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_package_element_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("element_id", name=op.f("uq_package_element_id")),
    )
    op.create_table(
        "package_item",
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_position", sa.Integer(), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=True),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("scorm_type", sa.String(length=16), nullable=True),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("element_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_package_item_element_id")),
        sa.ForeignKeyConstraint(
            ["package_id", "parent_position"],
            ["package_item.package_id", "package_item.position"],
            name=op.f("fk_package_item_package_id_parent_position"),
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_package_item_package_id")),
        sa.PrimaryKeyConstraint("package_id", "position", name=op.f("pk_package_item")),
    )
    op.create_index(op.f("ix_package_item_element_id"), "package_item", ["element_id"], unique=False)
    op.create_table(
        "element_link",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("open_in", sa.String(length=16), nullable=False),
        sa.Column("link_type", sa.String(length=16), nullable=False),
        sa.Column("hide_link", sa.Boolean(), nullable=False),
        sa.Column("embed_link_target", sa.Text(), nullable=True),
        sa.Column("package_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("link_type IN ('Ordinary', 'SCORM', 'AICC')", name=op.f("ck_element_link_link_type")),
        sa.CheckConstraint(
            "open_in IN ('ExistingWindow', 'NewWindow', 'Popup640', 'Popup800', 'Popup1024')",
            name=op.f("ck_element_link_open_in"),
        ),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_link_element_id")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_element_link_package_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_link")),
    )
    op.create_table(
        "element_test",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("assessment_scale", sa.Integer(), nullable=True),
        sa.Column("use_score", sa.Boolean(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("scoring_method", sa.Boolean(), nullable=False),
        sa.Column("completion_criteria", sa.Integer(), nullable=True),
        sa.Column("question_order", sa.Boolean(), nullable=False),
        sa.Column("max_time", sa.Integer(), nullable=True),
        sa.Column("show_results", sa.String(length=16), nullable=False),
        sa.Column("show_feedback", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "show_feedback IN ('OnQuestions', 'OnAlternatives', 'Nofeedback')",
            name=op.f("ck_element_test_show_feedback"),
        ),
        sa.CheckConstraint(
            "show_results IN ('TeacherDecides', 'AfterEach', 'AfterAll', 'Never')",
            name=op.f("ck_element_test_show_results"),
        ),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_test_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_test")),
    )
    op.create_table(
        "test_definition",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_test_definition_element_id")),
        sa.PrimaryKeyConstraint("element_id", "position", name=op.f("pk_test_definition")),
    )
    op.create_table(
        "test_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("max_score", sa.Float(), nullable=True),
        sa.Column("responses", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_test_item_element_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_item")),
        sa.UniqueConstraint("element_id", "position", name=op.f("uq_test_item_element_id_position")),
    )
    op.create_table(
        "test_interaction",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("response_identifier", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["test_item.id"], name=op.f("fk_test_interaction_item_id")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_test_interaction")),
    )
