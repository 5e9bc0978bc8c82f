"""The message store's schema (decisions 1 and 17). Moments are microseconds since 1970 (moments.py)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

LAST_MESSAGE_ID: Final = 2**31 - 1
NAME_LENGTH: Final = 200
KEY_LENGTH: Final = 128

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def moment(name: str, **options: Any) -> Column[int]:
    return Column(name, BigInteger, **options)


def row_id() -> TypeEngine[int]:
    """SQLite counts by itself only in a column that it calls INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")


# The last MessageId of a credential; appending locks these rows first, in the order of their ids.
credential_sequence = Table(
    "credential_sequence",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last_message_id", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("last_message_id >= 0", name="last_message_id"),
)

# Virtual time of a partner in milliseconds: what its turns have cost. The least goes first.
partner_turn = Table(
    "partner_turn",
    metadata,
    Column("partner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("vt", BigInteger, nullable=False, server_default=text("0")),
)

# One credential on one site. tail counts the messages put in, head those that have ended. organisations is a JSON list
# of keys: what the credential is narrowed to. vt is the virtual time of the lane's last turn, attempts the number of
# claims since head last moved. An owner holds the lane until it reports, or until lease_until when it does not.
lane = Table(
    "lane",
    metadata,
    Column("lane_id", row_id(), primary_key=True),
    Column("credential_id", ForeignKey("credential_sequence.credential_id"), nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("partner_id", ForeignKey("partner_turn.partner_id"), nullable=False, index=True),
    Column("organisations", Text, nullable=False),
    Column("tail", BigInteger, nullable=False, server_default=text("0")),
    Column("head", BigInteger, nullable=False, server_default=text("0")),
    Column("vt", BigInteger, nullable=False, server_default=text("0"), index=True),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("owner", String(NAME_LENGTH)),
    moment("lease_until", nullable=False, server_default=text("0")),
    moment("rest_until", nullable=False, server_default=text("0")),
    UniqueConstraint("credential_id", "site_id"),
    CheckConstraint("head >= 0 AND head <= tail", name="head"),
)
Index("ix_lane_waiting", lane.c.lane_id, sqlite_where=text("head < tail"), postgresql_where=text("head < tail"))

# What is searched. site_id 0: refused before the site was known. status: DataMessageStatus of data_service.proto.
message = Table(
    "message",
    metadata,
    Column("credential_id", ForeignKey("credential_sequence.credential_id"), primary_key=True),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("partner_id", BigInteger, nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("message_type", String(NAME_LENGTH), nullable=False),
    Column("status", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("lane_id", ForeignKey("lane.lane_id")),
    Column("lane_seq", BigInteger),
    moment("received_at", nullable=False),
    moment("checked_at", nullable=False),
    moment("queued_at"),
    moment("started_at"),
    moment("ended_at"),
    UniqueConstraint("lane_id", "lane_seq"),
    CheckConstraint(f"message_id BETWEEN 1 AND {LAST_MESSAGE_ID}", name="message_id"),
    CheckConstraint("status BETWEEN 1 AND 4", name="status"),
    CheckConstraint("(status = 1) = (ended_at IS NULL)", name="ended_at"),
    CheckConstraint("(lane_id IS NULL) = (lane_seq IS NULL)", name="lane_seq"),
    Index("ix_message_received_at", "received_at", "credential_id", "message_id"),
    Index("ix_message_partner_id", "partner_id", "received_at"),
    Index("ix_message_message_type", "message_type", "received_at"),
    sqlite_with_rowid=False,
)
# Most messages are finished: the others are what is looked for by state.
Index(
    "ix_message_unfinished",
    message.c.status,
    message.c.received_at,
    sqlite_where=text("status <> 2"),
    postgresql_where=text("status <> 2"),
)


def of_message() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["credential_id", "message_id"], ["message.credential_id", "message.message_id"], ondelete="CASCADE"
    )


# The document as it was received, in UTF-8. is_normal: it is in the form of its schema, as the gate found.
payload = Table(
    "payload",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("is_normal", Boolean, nullable=False, server_default=false()),
    of_message(),
)

# type: DataMessageStatusType of data_service.proto.
detail = Table(
    "detail",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("entity", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("sync_key", Text, nullable=False),
    Column("type", Integer, nullable=False),
    of_message(),
    CheckConstraint("type BETWEEN 1 AND 3", name="type"),
    CheckConstraint("position >= 0", name="position"),
    sqlite_with_rowid=False,
)

# Synchronous messages that have not ended; they are in no lane (decision 9). organisations as in lane. failures counts
# those that may pass; a message rests until due_at after one, and before the first other processes leave it alone.
unapplied = Table(
    "unapplied",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("organisations", Text, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    moment("due_at", nullable=False, index=True),
    of_message(),
    CheckConstraint("failures >= 0", name="failures"),
    sqlite_with_rowid=False,
)

# What a partner called a message, for 14 days; digest: SHA-256 of type and data.
client_key = Table(
    "client_key",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    Column("client_key", String(KEY_LENGTH), primary_key=True),
    Column("message_id", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    moment("created_at", nullable=False, index=True),
    of_message(),
    CheckConstraint("client_key <> ''", name="client_key"),
    CheckConstraint("length(digest) = 32", name="digest"),
    sqlite_with_rowid=False,
)
