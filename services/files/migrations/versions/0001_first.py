"""The index of files and their reservations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("file_id", sa.String(36), primary_key=True),
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("credential_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("deleted_at", sa.BigInteger),
        sa.CheckConstraint("size >= 0", name="file_size"),
        sa.CheckConstraint("length(sha256) = 32", name="file_sha256"),
    )
    partial_index("file_expiring", "file", "expires_at", "expires_at IS NOT NULL AND deleted_at IS NULL")
    partial_index("file_deleted", "file", "deleted_at", "deleted_at IS NOT NULL")
    op.create_table(
        "reservation",
        sa.Column("credential_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.String(36), sa.ForeignKey("file.file_id", name="reservation_file"), nullable=False),
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("reserved_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("credential_id", "message_id", "file_id", name="reservation_pk"),
        sa.CheckConstraint("state IN ('reserved', 'confirmed')", name="reservation_state"),
    )
    op.create_index("reservation_by_file", "reservation", ["file_id"])
    partial_index("reservation_unconfirmed", "reservation", "reserved_at", "state = 'reserved'")


def partial_index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("reservation")
    op.drop_table("file")
