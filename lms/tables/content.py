"""What elements hold, a table each kind of content. An extension's content is in the table that fits it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from lms.tables.base import FILE_ID_LENGTH, FILE_NAME_LENGTH, element_key, metadata, one_of

OPEN_IN = ("ExistingWindow", "NewWindow", "Popup640", "Popup800", "Popup1024")
LINK_TYPES = ("Ordinary", "SCORM", "AICC")
LOCATIONS = ("Course", "Library")
SHARING_SCOPES = ("Private", "School", "Site", "Community", "Custom")
LTI_CONFIGURATIONS = ("XmlUrl", "Xml", "Manual", "DeepLink")
LTI_CREDENTIALS = ("LinkLevel", "ToolConsumerWide")
HASH_ALGORITHMS = ("Sha1", "Sha256")

element_file = Table(
    "element_file",
    metadata,
    element_key(),
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("comment", Text, nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
)

element_link = Table(
    "element_link",
    metadata,
    element_key(),
    Column("url", Text, nullable=False),  # with package_id: the path to launch inside the package
    Column("open_in", String(16), nullable=False),
    Column("link_type", String(16), nullable=False),
    Column("hide_link", Boolean, nullable=False),
    Column("embed_link_target", Text),  # as it was sent
    Column("package_id", Integer),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    ForeignKeyConstraint(["package_id"], ["package.id"]),
    CheckConstraint(one_of("open_in", OPEN_IN), name="open_in"),
    CheckConstraint(one_of("link_type", LINK_TYPES), name="link_type"),
)

# blocks: a list, from top to bottom, of {"kind": "Text", "title": str, "text": str (sanitised HTML)}.
element_page = Table(
    "element_page",
    metadata,
    element_key(),
    Column("blocks", JSON, nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
)

page_file = Table(
    "page_file",
    metadata,
    Column("element_id", Integer, ForeignKey("element.id"), nullable=False),
    Column("block", Integer, nullable=False),  # index into blocks, from 0
    Column("number", Integer, nullable=False),  # FileId: what the block's text calls the file
    Column("file_id", String(FILE_ID_LENGTH), nullable=False),
    Column("name", String(FILE_NAME_LENGTH), nullable=False),
    Column("content_type", String(255), nullable=False),
    PrimaryKeyConstraint("element_id", "block", "number"),
)

# metadata: a dict with the members of MetadataType that were sent, each under its own name.
extension_instance = Table(
    "extension_instance",
    metadata,
    element_key(),
    Column("location", String(16), nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("sharing_scope", String(16)),
    Column("disallow_modification", Boolean, nullable=False),
    Column("assessment_scale", Integer),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    CheckConstraint(one_of("location", LOCATIONS), name="location"),
    CheckConstraint(one_of("sharing_scope", SHARING_SCOPES), name="sharing_scope"),
)

# An element of a course that shows what an element of the library holds, as long as it has no content of its own.
element_instance = Table(
    "element_instance",
    metadata,
    element_key(),
    Column("content_id", Integer, ForeignKey("extension_instance.element_id"), nullable=False),
    ForeignKeyConstraint(["element_id"], ["extension_instance.element_id"]),
    CheckConstraint("content_id <> element_id", name="content"),
    Index(None, "content_id"),
)

lti_configuration = Table(
    "lti_configuration",
    metadata,
    element_key(),
    Column("configuration", String(16), nullable=False),
    Column("url", Text),  # configuration XmlUrl: fetched when the tool is launched
    Column("xml", Text),  # the other configurations, as they came
    Column("application_key", Text),
    Column("shared_secret", Text),
    Column("launch_credential_management", String(16), nullable=False),
    Column("open_in", String(16), nullable=False),
    Column("hash_algorithm", String(16), nullable=False),
    ForeignKeyConstraint(["element_id"], ["element.id"]),
    CheckConstraint(one_of("configuration", LTI_CONFIGURATIONS), name="configuration"),
    CheckConstraint("(configuration = 'XmlUrl') = (url IS NOT NULL)", name="url"),
    CheckConstraint(one_of("launch_credential_management", LTI_CREDENTIALS), name="launch_credential_management"),
    CheckConstraint(
        "launch_credential_management = 'LinkLevel' OR (application_key IS NULL AND shared_secret IS NULL)",
        name="credentials",
    ),
    CheckConstraint(one_of("open_in", OPEN_IN), name="open_in"),
    CheckConstraint(one_of("hash_algorithm", HASH_ALGORITHMS), name="hash_algorithm"),
)
