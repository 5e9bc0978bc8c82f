"""Progress, results and use of files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0005"
down_revision = "content_0004"


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("lane_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("retry_seq", sa.BigInteger(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lane_id", name=op.f("pk_progress")),
    )
    op.create_table(
        "result",
        sa.Column("lane_id", sa.BigInteger(), nullable=False),
        sa.Column("lane_seq", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=False),
        sa.CheckConstraint("status IN ('Finished', 'Warnings', 'Errors')", name=op.f("ck_result_status")),
        sa.PrimaryKeyConstraint("lane_id", "lane_seq", name=op.f("pk_result")),
    )
    op.create_index(op.f("ix_result_credential_id_message_id"), "result", ["credential_id", "message_id"], unique=False)
    op.create_table(
        "file_use",
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.Integer(), nullable=True),
        sa.Column("my_file_id", sa.Integer(), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(element_id IS NULL) <> (my_file_id IS NULL)", name=op.f("ck_file_use_user")),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_file_use_element_id")),
        sa.ForeignKeyConstraint(["my_file_id"], ["my_file.id"], name=op.f("fk_file_use_my_file_id")),
    )
    op.create_index(
        op.f("ix_file_use_credential_id_message_id"), "file_use", ["credential_id", "message_id"], unique=False
    )
    op.create_index(op.f("ix_file_use_element_id"), "file_use", ["element_id"], unique=False)
