"""What can be booked: rooms and equipment of an organisation."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import SYNC_KEY_LENGTH, TITLE_LENGTH, Moment, id_column, metadata

resource = Table(
    "resource",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("short_name", String(TITLE_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    # Who may book it.
    Column("for_staff", Boolean, nullable=False),
    Column("for_learners", Boolean, nullable=False),
    Column("for_guests", Boolean, nullable=False),
    Column("vendor_id", String(36)),
    Column("creator_id", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "organisation_id"], ["organisation.site_id", "organisation.id"]),
    ForeignKeyConstraint(["site_id", "creator_id"], ["person.site_id", "person.id"]),
    CheckConstraint("title <> ''", name="title"),
    CheckConstraint("short_name <> ''", name="short_name"),
)
