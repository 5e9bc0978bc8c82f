"""Surveys: who may answer them, their questions, and what can be chosen in each."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import Moment, element_key, metadata, one_of

SURVEY_TYPES = ("Internal", "Public")
QUESTION_KINDS = ("YesNo", "MultipleChoice", "Open", "Matrix")
MOST_ALTERNATIVES = 50

element_survey = Table(
    "element_survey",
    metadata,
    element_key(),
    Column("deadline", Moment),
    Column("type", String(16), nullable=False),
    Column("anonymous", Boolean, nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    CheckConstraint(one_of("type", SURVEY_TYPES), name="type"),
)

survey_question = Table(
    "survey_question",
    metadata,
    Column("element_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),  # sanitised HTML
    Column("max_choices", Integer),  # 0: any number
    PrimaryKeyConstraint("element_id", "position"),
    UniqueConstraint("element_id", "position", "kind"),
    ForeignKeyConstraint(["element_id"], ["element_survey.element_id"]),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint(one_of("kind", QUESTION_KINDS), name="kind"),
    CheckConstraint("text <> ''", name="text"),
    CheckConstraint("(kind = 'MultipleChoice') = (max_choices IS NOT NULL)", name="choices"),
    CheckConstraint("max_choices >= 0", name="max_choices"),
)

# What can be chosen: alternatives of a multiple choice, rows and columns of a matrix.
survey_label = Table(
    "survey_label",
    metadata,
    Column("element_id", Integer, nullable=False),
    Column("question", Integer, nullable=False),
    Column("question_kind", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("position", Integer, nullable=False),  # among those of its kind, from 1
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("element_id", "question", "kind", "position"),
    ForeignKeyConstraint(
        ["element_id", "question", "question_kind"],
        ["survey_question.element_id", "survey_question.position", "survey_question.kind"],
    ),
    CheckConstraint(
        "(kind = 'Alternative' AND question_kind = 'MultipleChoice') "
        "OR (kind IN ('Row', 'Column') AND question_kind = 'Matrix')",
        name="kind",
    ),
    CheckConstraint(f"position > 0 AND (kind <> 'Alternative' OR position <= {MOST_ALTERNATIVES})", name="position"),
    CheckConstraint("text <> ''", name="text"),
)
