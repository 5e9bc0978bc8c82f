"""The store "files": the index of files and who holds on to them. Times are milliseconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
    text,
)

RESERVED = "reserved"
CONFIRMED = "confirmed"

metadata = MetaData()

file_table = Table(
    "file",
    metadata,
    Column("file_id", String(36), primary_key=True),
    Column("site_id", Integer, nullable=False),
    Column("credential_id", BigInteger, nullable=False),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("deleted_at", BigInteger),
    # The default is for rows that a process of the version before enters while it still runs beside this one.
    Column("single_use", Boolean, nullable=False, server_default=false()),
    CheckConstraint("size >= 0", name="file_size"),
    CheckConstraint("length(sha256) = 32", name="file_sha256"),
)
Index(
    "file_expiring",
    file_table.c.expires_at,
    sqlite_where=text("expires_at IS NOT NULL AND deleted_at IS NULL"),
    postgresql_where=text("expires_at IS NOT NULL AND deleted_at IS NULL"),
)
Index(
    "file_deleted",
    file_table.c.deleted_at,
    sqlite_where=text("deleted_at IS NOT NULL"),
    postgresql_where=text("deleted_at IS NOT NULL"),
)

# A file with a row here cannot lose its own row: the foreign key forbids it.
reservation_table = Table(
    "reservation",
    metadata,
    Column("credential_id", BigInteger, nullable=False),
    Column("message_id", Integer, nullable=False),
    Column("file_id", String(36), ForeignKey("file.file_id", name="reservation_file"), nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("state", String(9), nullable=False),
    Column("reserved_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("credential_id", "message_id", "file_id", name="reservation_pk"),
    CheckConstraint("state IN ('reserved', 'confirmed')", name="reservation_state"),
)
Index("reservation_by_file", reservation_table.c.file_id)
Index(
    "reservation_unconfirmed",
    reservation_table.c.reserved_at,
    sqlite_where=text("state = 'reserved'"),
    postgresql_where=text("state = 'reserved'"),
)
