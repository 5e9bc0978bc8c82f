"""How far each lane was applied, with what results, and which files content came to use by it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
    text,
)

from lms.tables.base import FILE_ID_LENGTH, Moment, metadata, one_is_set, one_of

STATUSES = ("Finished", "Warnings", "Errors")

progress = Table(
    "progress",
    metadata,
    Column("lane_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("retry_seq", BigInteger, nullable=False),  # the message that failed for a while last,
    Column("retries", Integer, nullable=False),  # and how often it did
)

# details: [{"entity", "message", "sync_key", "kind": "Info" | "Warning" | "Error"}].
result = Table(
    "result",
    metadata,
    Column("lane_id", BigInteger, nullable=False),
    Column("lane_seq", BigInteger, nullable=False),
    Column("credential_id", BigInteger, nullable=False),
    Column("message_id", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("details", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    PrimaryKeyConstraint("lane_id", "lane_seq"),
    CheckConstraint(one_of("status", STATUSES), name="status"),
    Index(None, "credential_id", "message_id"),
)

# What became of synchronous messages, which are in no lane; details as in result.
inbox = Table(
    "inbox",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("status", String(16), nullable=False),
    Column("details", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    CheckConstraint(one_of("status", STATUSES), name="status"),
)

FILE_USERS = ("element_id", "my_file_id", "course_file_id", "person_id")

# A file that content, or the picture of a person, uses, and the message that brought it (decision 13).
file_use = Table(
    "file_use",
    metadata,
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("element_id", Integer, ForeignKey("element.id")),
    Column("my_file_id", Integer, ForeignKey("my_file.id")),
    Column("course_file_id", Integer, ForeignKey("course_file.id")),
    Column("person_id", Integer, ForeignKey("person.id")),
    Column("credential_id", BigInteger, nullable=False),
    Column("message_id", Integer, nullable=False),
    # The default is for rows that a process of the version before enters while it still runs beside this one.
    Column("single_use", Boolean, nullable=False, server_default=false()),
    CheckConstraint(one_is_set(*FILE_USERS), name="user"),
    Index(None, "credential_id", "message_id"),
    Index(None, "element_id"),
    Index(None, "person_id"),
    Index(None, "file_id", unique=True, sqlite_where=text("single_use = 1"), postgresql_where=text("single_use")),
)
