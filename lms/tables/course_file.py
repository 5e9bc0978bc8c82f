"""The file areas of courses: files beside the elements, found by their paths."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import (
    FILE_ID_LENGTH,
    FILE_NAME_LENGTH,
    SYNC_KEY_LENGTH,
    Moment,
    id_column,
    metadata,
    one_of,
)
from lms.tables.my_file import FILE_AREA_KINDS

course_file = Table(
    "course_file",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("course_id", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent_id", Integer),  # NULL: at the root
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("path", Text, nullable=False),  # names from the root, a backslash before each
    Column("file_id", String(FILE_ID_LENGTH)),
    Column("content_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("comment", Text, nullable=False),
    Column("vendor_id", String(36)),
    Column("creator_id", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("course_id", "path"),
    UniqueConstraint("course_id", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "creator_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["course_id", "parent_id"], ["course_file.course_id", "course_file.id"]),
    CheckConstraint(one_of("kind", FILE_AREA_KINDS), name="kind"),
    CheckConstraint("(kind = 'File') = (file_id IS NOT NULL)", name="file"),
    Index(None, "course_id", "parent_id", "name"),
)
