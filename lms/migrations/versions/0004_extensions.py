"""Extension instances and personal files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.tables.base import Moment

revision = "content_0004"
down_revision = "content_0003"


def upgrade() -> None:
    op.create_table(
        "extension_instance",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("location", sa.String(length=16), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("sharing_scope", sa.String(length=16), nullable=True),
        sa.Column("disallow_modification", sa.Boolean(), nullable=False),
        sa.Column("assessment_scale", sa.Integer(), nullable=True),
        sa.CheckConstraint("location IN ('Course', 'Library')", name=op.f("ck_extension_instance_location")),
        sa.CheckConstraint(
            "sharing_scope IN ('Private', 'School', 'Site', 'Community', 'Custom')",
            name=op.f("ck_extension_instance_sharing_scope"),
        ),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_extension_instance_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_extension_instance")),
    )
    op.create_table(
        "lti_configuration",
        sa.Column("element_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("configuration", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("xml", sa.Text(), nullable=True),
        sa.Column("application_key", sa.Text(), nullable=True),
        sa.Column("shared_secret", sa.Text(), nullable=True),
        sa.Column("launch_credential_management", sa.String(length=16), nullable=False),
        sa.Column("open_in", sa.String(length=16), nullable=False),
        sa.Column("hash_algorithm", sa.String(length=16), nullable=False),
        sa.CheckConstraint("(configuration = 'XmlUrl') = (url IS NOT NULL)", name=op.f("ck_lti_configuration_url")),
        sa.CheckConstraint(
            "configuration IN ('XmlUrl', 'Xml', 'Manual', 'DeepLink')", name=op.f("ck_lti_configuration_configuration")
        ),
        sa.CheckConstraint("hash_algorithm IN ('Sha1', 'Sha256')", name=op.f("ck_lti_configuration_hash_algorithm")),
        sa.CheckConstraint(
            "launch_credential_management = 'LinkLevel' OR (application_key IS NULL AND shared_secret IS NULL)",
            name=op.f("ck_lti_configuration_credentials"),
        ),
        sa.CheckConstraint(
            "launch_credential_management IN ('LinkLevel', 'ToolConsumerWide')",
            name=op.f("ck_lti_configuration_launch_credential_management"),
        ),
        sa.CheckConstraint(
            "open_in IN ('ExistingWindow', 'NewWindow', 'Popup640', 'Popup800', 'Popup1024')",
            name=op.f("ck_lti_configuration_open_in"),
        ),
        sa.ForeignKeyConstraint(["element_id"], ["element.id"], name=op.f("fk_lti_configuration_element_id")),
        sa.PrimaryKeyConstraint("element_id", name=op.f("pk_lti_configuration")),
    )
    op.create_table(
        "my_file",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("sync_key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=True),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'File') = (file_id IS NOT NULL)", name=op.f("ck_my_file_file")),
        sa.CheckConstraint("kind IN ('File', 'Folder')", name=op.f("ck_my_file_kind")),
        sa.CheckConstraint("visibility IN ('Private', 'Public')", name=op.f("ck_my_file_visibility")),
        sa.ForeignKeyConstraint(
            ["owner_id", "visibility", "parent_id"],
            ["my_file.owner_id", "my_file.visibility", "my_file.id"],
            name=op.f("fk_my_file_owner_id_visibility_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "owner_id"], ["person.site_id", "person.id"], name=op.f("fk_my_file_site_id_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "sync_key"],
            ["content_key.site_id", "content_key.sync_key"],
            name=op.f("fk_my_file_site_id_sync_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_my_file")),
        sa.UniqueConstraint("owner_id", "visibility", "id", name=op.f("uq_my_file_owner_id_visibility_id")),
        sa.UniqueConstraint("owner_id", "visibility", "path", name=op.f("uq_my_file_owner_id_visibility_path")),
        sa.UniqueConstraint("site_id", "sync_key", name=op.f("uq_my_file_site_id_sync_key")),
    )
