"""Files that one element alone may use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "content_0006"
down_revision = "content_0005"


def upgrade() -> None:
    op.add_column("file_use", sa.Column("single_use", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        op.f("ix_file_use_file_id"),
        "file_use",
        ["file_id"],
        unique=True,
        sqlite_where=sa.text("single_use = 1"),
        postgresql_where=sa.text("single_use"),
    )
