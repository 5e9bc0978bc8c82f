"""Events of persons, courses and organisations, and the periods in which a course's events are locked."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lms.tables.base import SYNC_KEY_LENGTH, Moment, id_column, metadata

EVENT_TITLE_LENGTH = 80

# Without course and organisation it is its owner's own. next_event_id: the event that a course's event leads to.
calendar_event = Table(
    "calendar_event",
    metadata,
    id_column(),
    Column("site_id", Integer, nullable=False),
    Column("sync_key", String(SYNC_KEY_LENGTH), nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("course_id", Integer),
    Column("organisation_id", Integer),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False),
    Column("title", String(EVENT_TITLE_LENGTH), nullable=False),  # "": none
    Column("title_read_only", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("show_extra_description", Boolean, nullable=False),
    Column("disable_delete", Boolean, nullable=False),  # in the interface
    Column("is_lesson", Boolean, nullable=False),  # kept for reads; it has no effect
    Column("next_event_id", Integer, unique=True),
    Column("vendor_id", String(36)),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("credential_id", BigInteger, nullable=False),  # with message_id: the message that made it
    Column("message_id", Integer, nullable=False),
    UniqueConstraint("site_id", "sync_key"),
    UniqueConstraint("site_id", "id"),
    ForeignKeyConstraint(["site_id", "sync_key"], ["content_key.site_id", "content_key.sync_key"]),
    ForeignKeyConstraint(["site_id", "owner_id"], ["person.site_id", "person.id"]),
    ForeignKeyConstraint(["site_id", "course_id"], ["course.site_id", "course.id"]),
    ForeignKeyConstraint(["site_id", "organisation_id"], ["organisation.site_id", "organisation.id"]),
    ForeignKeyConstraint(["site_id", "next_event_id"], ["calendar_event.site_id", "calendar_event.id"]),
    CheckConstraint("course_id IS NULL OR organisation_id IS NULL", name="place"),
    CheckConstraint("end_at >= start_at", name="end_at"),
    CheckConstraint("next_event_id <> id", name="next_event"),
    CheckConstraint("next_event_id IS NULL OR course_id IS NOT NULL", name="next_event_course"),
)

# Events of the course that touch the period can be neither made nor changed nor deleted by messages.
locked_period = Table(
    "locked_period",
    metadata,
    Column("course_id", Integer, ForeignKey("course.id"), nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False),
    PrimaryKeyConstraint("course_id", "start_at"),
    CheckConstraint("end_at > start_at", name="end_at"),
)
