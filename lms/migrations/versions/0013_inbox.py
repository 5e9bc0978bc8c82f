"""What became of synchronous messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0013"
down_revision = "content_0012"


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=False),
        sa.CheckConstraint("status IN ('Finished', 'Warnings', 'Errors')", name=op.f("ck_inbox_status")),
        sa.PrimaryKeyConstraint("credential_id", "message_id", name=op.f("pk_inbox")),
    )
