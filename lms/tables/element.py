"""The elements of courses and of the library, and the keys by which partners name content."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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

from lms.tables.base import SYNC_KEY_LENGTH, TITLE_LENGTH, Moment, id_column, metadata, one_of

ELEMENT_KINDS = (
    "Folder",
    "Page",
    "File",
    "Link",
    "IMSPackage",
    "Test",
    "Extension",
    "Assignment",
    "CustomActivity",
    "Survey",
)
SECURITY = ("Inherit", "Secure", "Locked")
KEY_KINDS = (
    "element",
    "my_file",
    "course_file",
    "resource",
    "calendar_event",
    "planner",
    "planner_topic",
    "planner_lesson",
)

# Content keys are unique per site over all kinds of content (decision 8).
content_key = Table(
    "content_key",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("kind", String(16), nullable=False),
    PrimaryKeyConstraint("site_id", "sync_key"),
    CheckConstraint(one_of("kind", KEY_KINDS), name="kind"),
)

element = Table(
    "element",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("course_id", Integer),  # NULL: in the library
    Column("parent_id", Integer),  # NULL: at the root
    Column("kind", String(16), nullable=False),
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("security", String(16), nullable=False),
    Column("position", Integer, nullable=False),  # among its neighbours, from 1
    Column("extension_id", Integer),  # kind Extension: the tool that it is made with
    Column("vendor_id", String(36)),
    Column("creator_id", Integer, nullable=False),
    Column("editor_id", Integer),  # who changed or deleted it last
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("delete_reason", String(255)),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("course_id", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["course_id", "parent_id"], ["element.course_id", "element.id"]),
    ForeignKeyConstraint(["site_id", "creator_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "editor_id"], ["person.site_id", "person.id"]),
    CheckConstraint(one_of("kind", ELEMENT_KINDS), name="kind"),
    CheckConstraint(one_of("security", SECURITY), name="security"),
    CheckConstraint("(kind = 'Extension') = (extension_id IS NOT NULL)", name="extension"),
    CheckConstraint("course_id IS NOT NULL OR (kind = 'Extension' AND parent_id IS NULL)", name="place"),
    CheckConstraint("title <> ''", name="title"),
    Index(None, "course_id", "parent_id", "position", "id"),
)
