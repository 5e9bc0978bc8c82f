"""Imported packages: IMS and SCORM as links, QTI as tests (tests, items, interactions)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import FILE_ID_LENGTH, Moment, SharedJson, element_key, id_column, metadata, one_of

PACKAGE_KINDS = ("IMS", "SCORM")
SHOW_RESULTS = ("TeacherDecides", "AfterEach", "AfterAll", "Never")
SHOW_FEEDBACK = ("OnQuestions", "OnAlternatives", "Nofeedback")

# Its bytes stay in the one uploaded file; what is launched is a path inside it.
package = Table(
    "package",
    metadata,
    id_column(),
    Column("element_id", Integer, ForeignKey("element.id"), nullable=False, unique=True),  # the link or folder for it
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    CheckConstraint(one_of("kind", PACKAGE_KINDS), name="kind"),
)

package_item = Table(
    "package_item",
    metadata,
    Column("package_id", Integer, ForeignKey("package.id"), nullable=False),
    Column("position", Integer, nullable=False),  # from 1, depth first
    Column("parent_position", Integer),
    Column("identifier", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("href", Text),  # NULL: a heading
    Column("parameters", Text, nullable=False),
    Column("scorm_type", String(16)),
    Column("is_visible", Boolean, nullable=False),
    Column("element_id", Integer, ForeignKey("element.id")),  # its own link; NULL where the package is one link
    PrimaryKeyConstraint("package_id", "position"),
    ForeignKeyConstraint(["package_id", "parent_position"], ["package_item.package_id", "package_item.position"]),
    Index(None, "element_id"),
)

element_test = Table(
    "element_test",
    metadata,
    element_key(),
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("deadline", Moment),
    Column("assessment_scale", Integer),
    Column("use_score", Boolean, nullable=False),
    Column("mandatory", Boolean, nullable=False),
    Column("scoring_method", Boolean, nullable=False),
    Column("completion_criteria", Integer),
    Column("question_order", Boolean, nullable=False),
    Column("max_time", Integer),
    Column("show_results", String(16), nullable=False),
    Column("show_feedback", String(16), nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    CheckConstraint(one_of("show_results", SHOW_RESULTS), name="show_results"),
    CheckConstraint(one_of("show_feedback", SHOW_FEEDBACK), name="show_feedback"),
)

# A QTI assessmentTest. parts: [{"identifier", "navigation_mode", "submission_mode", "sections": [section, ...]}] with
# section = {"identifier", "title", "children": [section or {"identifier", "href"} of an item, ...]}.
test_definition = Table(
    "test_definition",
    metadata,
    Column("element_id", Integer, ForeignKey("element.id"), nullable=False),
    Column("position", Integer, nullable=False),  # from 1, as in the manifest
    Column("identifier", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("parts", SharedJson, nullable=False),
    PrimaryKeyConstraint("element_id", "position"),
)

# A QTI assessmentItem. responses and outcomes: lists of what lms.packages.qti_model calls QtiResponse and QtiOutcome.
test_item = Table(
    "test_item",
    metadata,
    id_column(),
    Column("element_id", Integer, ForeignKey("element.id"), nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("identifier", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("max_score", Float),
    Column("responses", SharedJson, nullable=False),
    Column("outcomes", SharedJson, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    UniqueConstraint("element_id", "position"),
)

# An interaction of an item. choices: a list of QtiChoice.
test_interaction = Table(
    "test_interaction",
    metadata,
    Column("item_id", Integer, ForeignKey("test_item.id"), nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("kind", String(64), nullable=False),
    Column("response_identifier", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("choices", SharedJson, nullable=False),
    PrimaryKeyConstraint("item_id", "position"),
)
