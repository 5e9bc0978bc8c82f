"""The sets of organisations that people belong to: few, however many the people are."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from lms.tables.base import id_column, metadata

HEAD_LENGTH = 255

organisation_set = Table(
    "organisation_set",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("organisations", Text, nullable=False),  # their numbers, ascending, with commas between
    Column("head", String(HEAD_LENGTH), nullable=False),  # its beginning: an index has no room for all of it
    Index(None, "site_id", "head"),
)

organisation_set_member = Table(
    "organisation_set_member",
    metadata,
    Column("organisation_id", Integer, ForeignKey("organisation.id"), primary_key=True),
    Column("organisation_set_id", Integer, ForeignKey("organisation_set.id"), primary_key=True),
    sqlite_with_rowid=False,
)
