"""Personal files."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
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

FILE_AREA_KINDS = ("File", "Folder")
VISIBILITIES = ("Private", "Public")

my_file = Table(
    "my_file",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent_id", Integer),  # NULL: at the root
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("path", Text, nullable=False),  # names from the root, joined by backslashes
    Column("file_id", String(FILE_ID_LENGTH)),
    Column("content_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("comment", Text, nullable=False),
    Column("vendor_id", String(36)),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("owner_id", "visibility", "path"),
    UniqueConstraint("owner_id", "visibility", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "owner_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(
        ["owner_id", "visibility", "parent_id"], ["my_file.owner_id", "my_file.visibility", "my_file.id"]
    ),
    CheckConstraint(one_of("visibility", VISIBILITIES), name="visibility"),
    CheckConstraint(one_of("kind", FILE_AREA_KINDS), name="kind"),
    CheckConstraint("(kind = 'File') = (file_id IS NOT NULL)", name="file"),
)
