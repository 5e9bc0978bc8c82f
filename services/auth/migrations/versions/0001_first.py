"""Sites, partners, vendors, credentials, secrets, grants, site access, and the audit trail that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry {SQLITE_REFUSAL}",
    f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry {SQLITE_REFUSAL}",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """
    CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE entry_id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION audit_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_only_grows()
    """,
)


def upgrade() -> None:
    create_owners()
    create_credentials()
    create_permissions()
    create_audit_trail()


def create_owners() -> None:
    op.create_table(
        "site",
        sa.Column("site_id", sa.Integer, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_site"),
        sa.CheckConstraint("site_id > 0", name="ck_site_site_id"),
        sa.CheckConstraint("name <> ''", name="ck_site_name"),
    )
    op.create_table(
        "partner",
        sa.Column("partner_id", ID, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("partner_id", name="pk_partner"),
        sa.UniqueConstraint("name", name="uq_partner_name"),
        sa.CheckConstraint("name <> ''", name="ck_partner_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "vendor",
        sa.Column("vendor_id", sa.String(36)),
        sa.Column("is_content_vendor", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", name="pk_vendor"),
        sa.CheckConstraint("vendor_id <> ''", name="ck_vendor_vendor_id"),
    )


def create_credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("credential_id", ID, autoincrement=True),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("site_id", sa.Integer),
        sa.Column("username", sa.String(128), nullable=False),
        sa.Column("security_header_mode", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("credential_id", name="pk_credential"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.partner_id"], name="fk_credential_partner_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_credential_site_id"),
        sa.UniqueConstraint("username", name="uq_credential_username"),
        sa.CheckConstraint("username <> ''", name="ck_credential_username"),
        sa.CheckConstraint("security_header_mode BETWEEN 0 AND 3", name="ck_credential_security_header_mode"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_credential_partner_id", "credential", ["partner_id"])
    op.create_table(
        "credential_organisation",
        sa.Column("credential_id", ID),
        sa.Column("sync_key", sa.String(128)),
        sa.PrimaryKeyConstraint("credential_id", "sync_key", name="pk_credential_organisation"),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.credential_id"], name="fk_credential_organisation_credential_id"
        ),
        sa.CheckConstraint("sync_key <> ''", name="ck_credential_organisation_sync_key"),
    )
    op.create_table(
        "secret",
        sa.Column("secret_id", ID, autoincrement=True),
        sa.Column("credential_id", ID, nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("secret_id", name="pk_secret"),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.credential_id"], name="fk_secret_credential_id"),
        sa.UniqueConstraint("credential_id", "slot", name="uq_secret_credential_id_slot"),
        sa.CheckConstraint("slot IN (1, 2)", name="ck_secret_slot"),
        sa.CheckConstraint("length(digest) = 32", name="ck_secret_digest"),
        sqlite_autoincrement=True,
    )


def create_permissions() -> None:
    op.create_table(
        "type_grant",
        sa.Column("grant_id", ID, autoincrement=True),
        sa.Column("credential_id", ID, nullable=False),
        sa.Column("message_type", sa.String(128), nullable=False),
        sa.Column("site_id", sa.Integer),
        sa.PrimaryKeyConstraint("grant_id", name="pk_type_grant"),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.credential_id"], name="fk_type_grant_credential_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_type_grant_site_id"),
        sa.CheckConstraint("message_type <> ''", name="ck_type_grant_message_type"),
    )
    everywhere, on_site = sa.text("site_id IS NULL"), sa.text("site_id IS NOT NULL")
    op.create_index(
        "uq_type_grant_everywhere",
        "type_grant",
        ["credential_id", "message_type"],
        unique=True,
        sqlite_where=everywhere,
        postgresql_where=everywhere,
    )
    op.create_index(
        "uq_type_grant_on_site",
        "type_grant",
        ["credential_id", "message_type", "site_id"],
        unique=True,
        sqlite_where=on_site,
        postgresql_where=on_site,
    )
    op.create_table(
        "site_access",
        sa.Column("site_id", sa.Integer),
        sa.Column("partner_id", ID),
        sa.Column("allowed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "partner_id", name="pk_site_access"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_site_access_site_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.partner_id"], name="fk_site_access_partner_id"),
    )


def create_audit_trail() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", ID, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_subject_entry_id", "audit_entry", ["subject", "entry_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)
