"""The pictures that show who people are: one a person."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, String, Table

from lms.tables.base import FILE_ID_LENGTH, FILE_NAME_LENGTH, Moment, metadata, one_of

PICTURE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp")

profile_picture = Table(
    "profile_picture",
    metadata,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("site_id", Integer, nullable=False),
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("content_type", String(32), nullable=False),  # as its first bytes have it
    Column("size", BigInteger, nullable=False),
    Column("vendor_id", String(36)),
    Column("updated_at", Moment, nullable=False),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that brought it
    Column("message_id", Integer, nullable=False),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    CheckConstraint(one_of("content_type", PICTURE_TYPES), name="content_type"),
)
