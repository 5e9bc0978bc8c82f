"""Calendar events, and the periods of courses in which they are locked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.migrations.checks import replace_check
from lms.tables.base import Moment

revision = "content_0016"
down_revision = "content_0015"


def upgrade() -> None:
    replace_check("content_key", "kind", "kind IN ('element', 'my_file', 'course_file', 'resource', 'calendar_event')")
    add_calendar_event()
    op.create_table(
        "locked_period",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("start_at", Moment(), nullable=False),
        sa.Column("end_at", Moment(), nullable=False),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_locked_period_end_at")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_locked_period_course_id")),
        sa.PrimaryKeyConstraint("course_id", "start_at", name=op.f("pk_locked_period")),
    )


def add_calendar_event() -> None:
    references = {
        "sync_key": "content_key",
        "owner_id": "person",
        "course_id": "course",
        "organisation_id": "organisation",
        "next_event_id": "calendar_event",
    }
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("start_at", Moment(), nullable=False),
        sa.Column("end_at", Moment(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_read_only", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("show_extra_description", sa.Boolean(), nullable=False),
        sa.Column("disable_delete", sa.Boolean(), nullable=False),
        sa.Column("is_lesson", sa.Boolean(), nullable=False),
        sa.Column("next_event_id", sa.Integer(), nullable=True),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("course_id IS NULL OR organisation_id IS NULL", name=op.f("ck_calendar_event_place")),
        sa.CheckConstraint("end_at >= start_at", name=op.f("ck_calendar_event_end_at")),
        sa.CheckConstraint("next_event_id <> id", name=op.f("ck_calendar_event_next_event")),
        sa.CheckConstraint(
            "next_event_id IS NULL OR course_id IS NOT NULL", name=op.f("ck_calendar_event_next_event_course")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["site_id", column],
                [f"{table}.site_id", f"{table}.{'sync_key' if column == 'sync_key' else 'id'}"],
                name=op.f(f"fk_calendar_event_site_id_{column}"),
            )
            for column, table in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_event")),
        sa.UniqueConstraint("next_event_id", name=op.f("uq_calendar_event_next_event_id")),
        sa.UniqueConstraint("site_id", "id", name=op.f("uq_calendar_event_site_id_id")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_calendar_event_site_id_sync_key")),
    )
