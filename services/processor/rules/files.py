"""Files that a message names (writes.yaml file_rules)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from lms.elements import StoredFile
from lms.tables.base import FILE_NAME_LENGTH
from runtime.file_names import denied_text, extension_of, is_denied, known_content_type
from services.processor.context import Context, Step
from services.processor.message import FileEntry
from services.processor.rules.single_use import check_unused
from services.processor.rules.sync_keys import REFERENCE_NOT_FOUND, keys_of_files

NONE_FOUND = "Unable to find any files in the user's site."
SOME_NOT_FOUND = "Unable to find some files in the user's site."
NO_FILE = "File doesn't exist."
NO_MATCH = "Unable to find file matching the supplied GUID."


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A File of the list Files: its key, the stored file (None: not found) and a warning, where there is one."""

    entry: FileEntry
    sync_key: str
    file: StoredFile | None
    warning: str | None


def check_file(context: Context, file_id: str | None) -> StoredFile | None:
    """Returns the one file that the message cannot do without."""
    file = context.resources.files.get(file_id or "")
    if file is None:
        context.refuse(NO_MATCH, Step.FILES)
    else:
        check_unused(context, file)
    return file


def check_only_file(context: Context) -> StoredFile | None:
    """Returns the first file of the list Files."""
    files = context.message.files
    return check_file(context, files[0].file_id if files else None)


def check_listed_files(context: Context) -> list[ListedFile]:
    """Returns the files of the list Files, in order; refuses the message when none of them is there."""
    found = [context.resources.files.get(entry.file_id) for entry in context.message.files]
    if not any(found):
        context.refuse(NONE_FOUND, Step.FILES)
    check_unused(context, *(file for file in found if file is not None))
    keys = keys_of_files(context)
    return [
        ListedFile(entry, key, file, warning_for(entry, file, good))
        for entry, file, (key, good) in zip(context.message.files, found, keys, strict=True)
    ]


def check_attached_files(context: Context) -> tuple[list[StoredFile], str | None]:
    """Returns the files of the list Files that one element is to have, each once and in order, and a warning.

    Refuses the message when it names files and none of them is there; the warning is for the first that is not.
    """
    entries = context.message.files
    found = [context.resources.files.get(entry.file_id) for entry in entries]
    if entries and not any(found):
        context.refuse(NONE_FOUND, Step.FILES)
    attached = {file.file_id: file for file in found if file is not None}
    for file in attached.values():
        check_unused(context, file)
    missing = (missing_text(entry) for entry, file in zip(entries, found, strict=True) if file is None)
    return list(attached.values()), next(missing, None)


def warning_for(entry: FileEntry, file: StoredFile | None, good_reference: bool) -> str | None:
    if file is None:
        return missing_text(entry)
    return None if good_reference else REFERENCE_NOT_FOUND


def missing_text(entry: FileEntry) -> str:
    return SOME_NOT_FOUND if is_guid(entry.file_id) else NO_FILE


def is_guid(text: str) -> bool:
    """Whether a text can be the id of a file at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def check_kind(context: Context, name: str) -> None:
    """Refuses a new name that would make a file of a denied kind of what was let in under another."""
    extension = extension_of(name)
    if is_denied(extension):
        context.refuse(denied_text(extension), Step.FILES)


def renamed(context: Context, file: StoredFile, name: str | None, content_type: str | None) -> StoredFile:
    """Returns the file under the name that the message gives it; its media type is then guessed from that name."""
    new = (name or "").strip()[:FILE_NAME_LENGTH]
    check_kind(context, new)
    shown = new or file.name
    guessed = known_content_type(shown) or file.content_type
    return replace(file, name=shown, content_type=(content_type or guessed)[:FILE_NAME_LENGTH])
