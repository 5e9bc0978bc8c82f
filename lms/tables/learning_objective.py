"""The repository of learning objectives, those that courses and elements took from it, and people's assessments."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import TITLE_LENGTH, Moment, metadata, one_of, roster_columns

OBJECTIVE = "LearningObjective"
OBJECTIVE_KINDS = ("Folder", "Subject", "Category", OBJECTIVE)

# A tree; sync_key is what messages and reads call LearningObjectiveId, ElementId and FolderId.
learning_objective = Table(
    "learning_objective",
    metadata,
    *roster_columns(),
    Column("title", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("description", Text, nullable=False),
    Column("published", Boolean, nullable=False),  # FALSE hides what is below it, too
    Column("parent_id", Integer),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "parent_id"], ["learning_objective.site_id", "learning_objective.id"]),
    CheckConstraint(one_of("kind", OBJECTIVE_KINDS), name="kind"),
    Index(None, "site_id", "parent_id", "id"),
)

course_learning_objective = Table(
    "course_learning_objective",
    metadata,
    Column("course_id", Integer, nullable=False),
    Column("learning_objective_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    PrimaryKeyConstraint("course_id", "learning_objective_id"),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "learning_objective_id"], ["learning_objective.site_id", "learning_objective.id"]),
)

# An element's objectives are among those of its course.
element_learning_objective = Table(
    "element_learning_objective",
    metadata,
    Column("element_id", Integer, nullable=False),
    Column("learning_objective_id", Integer, nullable=False),
    Column("course_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # from 1, as it was sent
    PrimaryKeyConstraint("element_id", "learning_objective_id"),
    ForeignKeyConstraint(["course_id", "element_id"], ["element.course_id", "element.id"]),
    ForeignKeyConstraint(
        ["course_id", "learning_objective_id"],
        ["course_learning_objective.course_id", "course_learning_objective.learning_objective_id"],
    ),
)

# What one person reached of one objective by one element. It outlasts the link between the two.
objective_assessment = Table(
    "objective_assessment",
    metadata,
    Column("element_id", Integer, nullable=False),
    Column("learning_objective_id", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("assessment", String(TITLE_LENGTH)),
    Column("comment", Text),
    Column("evaluator_id", Integer, nullable=False),
    Column("assessed_at", Moment, nullable=False),
    PrimaryKeyConstraint("element_id", "learning_objective_id", "person_id"),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    ForeignKeyConstraint(["site_id", "learning_objective_id"], ["learning_objective.site_id", "learning_objective.id"]),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "evaluator_id"], ["person.site_id", "person.id"]),
)
