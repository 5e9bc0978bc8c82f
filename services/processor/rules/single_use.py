"""A file of FileStreamService is for one element (contract section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, tuple_

from lms.elements import StoredFile
from lms.tables import file_use
from services.processor.context import Context, MessageKey, Step

ALREADY_USED = "File matching the supplied GUID is already used by another element."

# Element None: a personal file uses it.
USERS = select(file_use.c.element_id).where(
    tuple_(file_use.c.credential_id, file_use.c.message_id).in_(bindparam("holders", expanding=True)),
    file_use.c.file_id == bindparam("file"),
)


def check_unused(context: Context, *files: StoredFile, element_id: int | None = None) -> None:
    """Refuses a file for a single use that something uses already, or that is here for two elements.

    files: each is for an element of its own. element_id: the element that is to have the file, where it is there
    already, and may keep what it has. That no other message uses the file meanwhile, the files service sees to
    (ReserveFiles).
    """
    taken: set[str] = set()
    for file in files:
        holders = context.resources.single_use.get(file.file_id)
        if holders is not None and (file.file_id in taken or is_used(context, file, holders, element_id)):
            context.refuse(ALREADY_USED, Step.FILES)
        taken.add(file.file_id)


def is_used(context: Context, file: StoredFile, holders: Sequence[MessageKey], element_id: int | None) -> bool:
    """Whether something other than the element uses a file that these messages brought."""
    if not holders:
        return False
    users = context.work.connection().scalars(USERS, {"holders": holders, "file": file.file_id})
    return any(element_id is None or user != element_id for user in users)
