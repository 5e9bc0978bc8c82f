"""Names of files: which are refused, and what they say of the content (contract section 8)."""

from __future__ import annotations

import mimetypes
import unicodedata

from runtime.errors import invalid_field
from services.files.errors import name_denied

MAX_NAME_LENGTH = 255
# ".src" is what the original's documentation says and ".scr" what it must have meant: both are denied.
DENIED_EXTENSIONS = frozenset(
    {
        ".exe",
        ".com",
        ".vb",
        ".vbs",
        ".vbe",
        ".cmd",
        ".bat",
        ".ws",
        ".wsf",
        ".src",
        ".scr",
        ".shs",
        ".pif",
        ".hta",
        ".jar",
        ".js",
        ".jse",
        ".lnk",
    }
)
UNKNOWN_TYPE = "application/octet-stream"
# What schools send and Python 3.11's own table does not know.
OFFICE_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".imscc": "application/zip",
    ".webp": "image/webp",
}
# Built from the standard library's table alone, so that the answer is the same on every machine.
TYPES = mimetypes.MimeTypes()


def check_name(name: str) -> None:
    """Refuses what is no name of a file: INVALID_ARGUMENT."""
    if not name.strip():
        raise invalid_field("name", "Name must be specified.")
    if len(name) > MAX_NAME_LENGTH:
        raise invalid_field("name", f"Name is too long (the maximum length is {MAX_NAME_LENGTH} characters).")
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        raise invalid_field("name", "Name must not contain control characters.")


def check_upload_name(name: str) -> None:
    """Refuses what a partner may not upload: paths, and kinds that run; INVALID_ARGUMENT."""
    check_name(name)
    if "/" in name or "\\" in name:
        raise invalid_field("name", "Name must not contain a path.")
    extension = extension_of(name)
    if not extension or extension in DENIED_EXTENSIONS:
        raise name_denied(extension)


def extension_of(name: str) -> str:
    """Returns the extension in lower case with its dot, "" where there is none.

    Dots and spaces at the end do not count: Windows drops them, and "a.exe." would run there.
    """
    _, dot, extension = name.rstrip(" .").rpartition(".")
    return (dot + extension).lower() if dot and extension.strip() else ""


def content_type_of(name: str) -> str:
    """Returns the media type that the name speaks of."""
    extension = extension_of(name)
    return OFFICE_TYPES.get(extension) or TYPES.types_map[True].get(extension, UNKNOWN_TYPE)
