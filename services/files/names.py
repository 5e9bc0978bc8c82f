"""Names of files: which are refused (contract section 8)."""

from __future__ import annotations

import unicodedata

from runtime.errors import invalid_field
from runtime.file_names import extension_of, is_denied
from services.files.errors import name_denied

MAX_NAME_LENGTH = 255


def check_name(name: str) -> None:
    """Refuses what is no name of a file: INVALID_ARGUMENT."""
    if not name.strip():
        raise invalid_field("name", "Name must be specified.")
    if len(name) > MAX_NAME_LENGTH:
        raise invalid_field("name", f"Name is too long (the maximum length is {MAX_NAME_LENGTH} characters).")
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        raise invalid_field("name", "Name must not contain control characters.")


def upload_name(sent: str) -> str:
    """Returns the name of a partner's file: of a path, as old clients send it, the last piece.

    Refuses what is no name, and kinds that run: INVALID_ARGUMENT.
    """
    name = sent.replace("\\", "/").rpartition("/")[2]
    check_name(name)
    extension = extension_of(name)
    if not extension or is_denied(extension):
        raise name_denied(extension)
    return name
