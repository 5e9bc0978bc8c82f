"""What the name of a file says: its kind, and whether files of that kind are let in (contract section 8)."""

from __future__ import annotations

import mimetypes

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


def extension_of(name: str) -> str:
    """Returns the extension in lower case with its dot, "" where there is none.

    Dots and spaces at the end do not count: Windows drops them, and "a.exe." would run there.
    """
    _, dot, extension = name.rstrip(" .").rpartition(".")
    return (dot + extension).lower() if dot and extension.strip() else ""


def is_denied(extension: str) -> bool:
    """Whether files of this extension, in the form of extension_of, may run when they are opened."""
    return extension in DENIED_EXTENSIONS


def denied_text(extension: str) -> str:
    """Returns the exact text for a name that is not let in."""
    return f"Files with extension '{extension}' are not allowed."


def known_content_type(name: str) -> str | None:
    """Returns the media type that the name speaks of, None where it speaks of none."""
    extension = extension_of(name)
    return OFFICE_TYPES.get(extension) or TYPES.types_map[True].get(extension)


def content_type_of(name: str) -> str:
    """Returns the media type that the name speaks of, or that of any bytes."""
    return known_content_type(name) or UNKNOWN_TYPE
