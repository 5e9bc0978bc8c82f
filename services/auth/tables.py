"""The access store's schema. Moments are microseconds since 1970 (moments.py)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAME_LENGTH = 200
KEY_LENGTH = 128
VENDOR_ID_LENGTH = 36
SUBJECT_LENGTH = 64

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts by itself only in a column that it calls INTEGER."""

site = Table(
    "site",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("site_id > 0", name="site_id"),
    CheckConstraint("name <> ''", name="name"),
)

partner = Table(
    "partner",
    metadata,
    Column("partner_id", Id, primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("name"),
    CheckConstraint("name <> ''", name="name"),
    sqlite_autoincrement=True,
)

vendor = Table(
    "vendor",
    metadata,
    Column("vendor_id", String(VENDOR_ID_LENGTH), primary_key=True),
    Column("is_content_vendor", Boolean, nullable=False),
    CheckConstraint("vendor_id <> ''", name="vendor_id"),
)

credential = Table(
    "credential",
    metadata,
    Column("credential_id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.partner_id"), nullable=False, index=True),
    Column("site_id", ForeignKey("site.site_id")),
    Column("username", String(KEY_LENGTH), nullable=False),
    Column("security_header_mode", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    UniqueConstraint("username"),
    CheckConstraint("username <> ''", name="username"),
    CheckConstraint("security_header_mode BETWEEN 0 AND 3", name="security_header_mode"),
    sqlite_autoincrement=True,
)

credential_organisation = Table(
    "credential_organisation",
    metadata,
    Column("credential_id", ForeignKey("credential.credential_id"), primary_key=True),
    Column("sync_key", String(KEY_LENGTH), primary_key=True),
    CheckConstraint("sync_key <> ''", name="sync_key"),
)

# The slot is what makes a third live secret impossible; a retired one is deleted.
secret = Table(
    "secret",
    metadata,
    Column("secret_id", Id, primary_key=True),
    Column("credential_id", ForeignKey("credential.credential_id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    UniqueConstraint("credential_id", "slot"),
    CheckConstraint("slot IN (1, 2)", name="slot"),
    CheckConstraint("length(digest) = 32", name="digest"),
    sqlite_autoincrement=True,
)

# Without a site a grant holds wherever the credential may act. NULLs are never equal, hence one index for each case.
type_grant = Table(
    "type_grant",
    metadata,
    Column("grant_id", Id, primary_key=True),
    Column("credential_id", ForeignKey("credential.credential_id"), nullable=False),
    Column("message_type", String(KEY_LENGTH), nullable=False),
    Column("site_id", ForeignKey("site.site_id")),
    CheckConstraint("message_type <> ''", name="message_type"),
)
Index(
    "uq_type_grant_everywhere",
    type_grant.c.credential_id,
    type_grant.c.message_type,
    unique=True,
    sqlite_where=type_grant.c.site_id.is_(None),
    postgresql_where=type_grant.c.site_id.is_(None),
)
Index(
    "uq_type_grant_on_site",
    type_grant.c.credential_id,
    type_grant.c.message_type,
    type_grant.c.site_id,
    unique=True,
    sqlite_where=type_grant.c.site_id.is_not(None),
    postgresql_where=type_grant.c.site_id.is_not(None),
)

# A row is the site administrator's leave; none is none.
site_access = Table(
    "site_access",
    metadata,
    Column("site_id", ForeignKey("site.site_id"), primary_key=True),
    Column("partner_id", ForeignKey("partner.partner_id"), primary_key=True),
    Column("allowed_at", BigInteger, nullable=False),
)

# Triggers (migration 0001) refuse every UPDATE and DELETE.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("entry_id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(NAME_LENGTH), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(SUBJECT_LENGTH), nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_audit_entry_subject_entry_id", "subject", "entry_id"),
    sqlite_autoincrement=True,
)
