"""Warning letters: what staff let a pupil's home know, fetched and filed by other systems."""

from __future__ import annotations

from sqlalchemy import (
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

from lms.tables.base import TITLE_LENGTH, Moment, id_column, metadata, one_of

LETTER_STATUSES = ("Created", "Received", "Archived")
LETTER_KEY_LENGTH = 255

warning_letter = Table(
    "warning_letter",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("letter_key", String(LETTER_KEY_LENGTH), nullable=False),  # of who issued it; partners know the number alone
    Column("person_id", Integer, nullable=False),  # whom it is about
    Column("course_id", Integer),
    Column("term_id", Integer),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("text", Text, nullable=False),  # sanitised HTML
    Column("status", String(16), nullable=False),
    # A Created letter is in a reader's hands until then, as if it were Received; unless the reader says by then that it
    # was shown, it may be read again.
    Column("held_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),  # its status
    UniqueConstraint("site_id", "letter_key"),
    ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "term_id"], ["term.site_id", "term.id"]),
    CheckConstraint(one_of("status", LETTER_STATUSES), name="status"),
    CheckConstraint("title <> ''", name="title"),
    Index(None, "site_id", "status", "id"),
)
