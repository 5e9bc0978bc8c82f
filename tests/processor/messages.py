"""Messages as partners write them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

FOLDER = "Create.Course.Element.Folder"
FILE = "Create.Course.Element.File"
LINK = "Create.Course.Element.Link"
PAGE = "Create.Course.Element.Page"
PACKAGE = "Create.Course.Element.IMSPackage"
TEST = "Create.Course.Element.Test"
ASSIGNMENT = "Create.Course.Element.Assignment"
SURVEY = "Create.Course.Element.Survey"
INSTANCE = "Create.Course.Element.Instance"
MY_FILE = "Create.MyFiles.File"
CREATE = "Create.Extension.Instance"
UPDATE = "Update.Extension.Instance"
DELETE = "Delete.Extension.Instance"

COURSE = "<CourseSyncKey>crs-7</CourseSyncKey>"
USER = "<UserSyncKey>usr-3</UserSyncKey>"
WHERE = COURSE + USER


def message(
    message_type: str,
    body: str,
    *,
    keys: Sequence[str] = (),
    vendor: str = "",
    files: str = "",
) -> str:
    """Returns a document; keys may hold "ID=value"."""
    name = message_type.replace(".", "")
    return (
        '<Message xmlns="urn:message-schema">'
        + sync_keys(keys)
        + (f"<VendorId>{escape(vendor)}</VendorId>" if vendor else "")
        + f"<{name}>{body}</{name}>"
        + (f"<Files>{files}</Files>" if files else "")
        + "</Message>"
    )


def sync_keys(keys: Sequence[str]) -> str:
    if not keys:
        return ""
    written = []
    for key in keys:
        reference, mark, value = key.partition("=")
        written.append(f"<SyncKey ID={quoteattr(reference)}>{value}</SyncKey>" if mark else f"<SyncKey>{key}</SyncKey>")
    return f"<SyncKeys>{''.join(written)}</SyncKeys>"


def file(file_id: str, **attributes: str) -> str:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<File{written}>{file_id}</File>"


def folder(title: str = "Week 1", *, key: str = "", where: str = WHERE, more: str = "", vendor: str = "") -> str:
    body = f"{where}<Title>{escape(title)}</Title>{more}"
    return message(FOLDER, body, keys=[key] if key else [], vendor=vendor)
