"""Surveys, their questions and what can be chosen in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0010"
down_revision = "content_0009"


def upgrade() -> None:
    op.create_table(
        "element_survey",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.CheckConstraint("type IN ('Internal', 'Public')", name=op.f("ck_element_survey_type")),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_element_survey_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_element_survey")),
    )
    op.create_table(
        "survey_question",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=True),
        sa.CheckConstraint("position > 0", name=op.f("ck_survey_question_position")),
        sa.CheckConstraint(
            "kind IN ('YesNo', 'MultipleChoice', 'Open', 'Matrix')", name=op.f("ck_survey_question_kind")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_survey_question_text")),
        sa.CheckConstraint(
            "(kind = 'MultipleChoice') = (max_choices IS NOT NULL)", name=op.f("ck_survey_question_choices")
        ),
        sa.CheckConstraint("max_choices >= 0", name=op.f("ck_survey_question_max_choices")),
        sa.ForeignKeyConstraint(
            ["element_id"], ["element_survey.element_id"], name=op.f("fk_survey_question_element_id")
        ),
        sa.PrimaryKeyConstraint("element_id", "position", name=op.f("pk_survey_question")),
        sa.UniqueConstraint("element_id", "position", "kind", name=op.f("uq_survey_question_element_id_position_kind")),
    )
    op.create_table(
        "survey_label",
        sa.Column("element_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("question_kind", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'Alternative' AND question_kind = 'MultipleChoice') "
            "OR (kind IN ('Row', 'Column') AND question_kind = 'Matrix')",
            name=op.f("ck_survey_label_kind"),
        ),
        sa.CheckConstraint(
            "position > 0 AND (kind <> 'Alternative' OR position <= 50)", name=op.f("ck_survey_label_position")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_survey_label_text")),
        sa.ForeignKeyConstraint(
            ["element_id", "question", "question_kind"],
            ["survey_question.element_id", "survey_question.position", "survey_question.kind"],
            name=op.f("fk_survey_label_element_id_question_question_kind"),
        ),
        sa.PrimaryKeyConstraint("element_id", "question", "kind", "position", name=op.f("pk_survey_label")),
    )
