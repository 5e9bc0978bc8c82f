"""The first schema of the message store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_credential_sequence()
    create_partner_turn()
    create_lane()
    create_message()
    create_client_key()
    create_detail()
    create_payload()


def create_credential_sequence() -> None:
    op.create_table(
        "credential_sequence",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_message_id", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("last_message_id >= 0", name=op.f("ck_credential_sequence_last_message_id")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_credential_sequence")),
    )


def create_partner_turn() -> None:
    op.create_table(
        "partner_turn",
        sa.Column("partner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("vt", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partner_turn")),
    )


def create_lane() -> None:
    op.create_table(
        "lane",
        sa.Column("lane_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("tail", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("head", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("vt", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rest_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("head >= 0 AND head <= tail", name=op.f("ck_lane_head")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential_sequence.credential_id"], name=op.f("fk_lane_credential_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner_turn.partner_id"], name=op.f("fk_lane_partner_id")),
        sa.PrimaryKeyConstraint("lane_id", name=op.f("pk_lane")),
        sa.UniqueConstraint("credential_id", "site_id", name=op.f("uq_lane_credential_id_site_id")),
    )
    op.create_index(op.f("ix_lane_partner_id"), "lane", ["partner_id"], unique=False)
    op.create_index(op.f("ix_lane_vt"), "lane", ["vt"], unique=False)
    op.create_index(
        "ix_lane_waiting",
        "lane",
        ["lane_id"],
        unique=False,
        sqlite_where=sa.text("head < tail"),
        postgresql_where=sa.text("head < tail"),
    )


def create_message() -> None:
    op.create_table(
        "message",
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("message_type", sa.String(length=200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("lane_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lane_seq", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(lane_id IS NULL) = (lane_seq IS NULL)", name=op.f("ck_message_lane_seq")),
        sa.CheckConstraint("(status = 1) = (ended_at IS NULL)", name=op.f("ck_message_ended_at")),
        sa.CheckConstraint("message_id BETWEEN 1 AND 2147483647", name=op.f("ck_message_message_id")),
        sa.CheckConstraint("status <> 1 OR lane_seq IS NOT NULL", name=op.f("ck_message_queued")),
        sa.CheckConstraint("status BETWEEN 1 AND 4", name=op.f("ck_message_status")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential_sequence.credential_id"], name=op.f("fk_message_credential_id")
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.lane_id"], name=op.f("fk_message_lane_id")),
        sa.PrimaryKeyConstraint("credential_id", "message_id", name=op.f("pk_message")),
        sa.UniqueConstraint("lane_id", "lane_seq", name=op.f("uq_message_lane_id_lane_seq")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_message_type", "message", ["message_type", "received_at"], unique=False)
    op.create_index("ix_message_partner_id", "message", ["partner_id", "received_at"], unique=False)
    op.create_index("ix_message_received_at", "message", ["received_at", "credential_id", "message_id"], unique=False)
    op.create_index(
        "ix_message_unfinished",
        "message",
        ["status", "received_at"],
        unique=False,
        sqlite_where=sa.text("status <> 2"),
        postgresql_where=sa.text("status <> 2"),
    )


def create_client_key() -> None:
    op.create_table(
        "client_key",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_key", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("client_key <> ''", name=op.f("ck_client_key_client_key")),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_client_key_digest")),
        sa.ForeignKeyConstraint(
            ["credential_id", "message_id"],
            ["message.credential_id", "message.message_id"],
            name=op.f("fk_client_key_credential_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "client_key", name=op.f("pk_client_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_client_key_created_at"), "client_key", ["created_at"], unique=False)


def create_detail() -> None:
    op.create_table(
        "detail",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("sync_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_detail_position")),
        sa.CheckConstraint("type BETWEEN 1 AND 3", name=op.f("ck_detail_type")),
        sa.ForeignKeyConstraint(
            ["credential_id", "message_id"],
            ["message.credential_id", "message.message_id"],
            name=op.f("fk_detail_credential_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "message_id", "position", name=op.f("pk_detail")),
        sqlite_with_rowid=False,
    )


def create_payload() -> None:
    op.create_table(
        "payload",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id", "message_id"],
            ["message.credential_id", "message.message_id"],
            name=op.f("fk_payload_credential_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "message_id", name=op.f("pk_payload")),
    )
