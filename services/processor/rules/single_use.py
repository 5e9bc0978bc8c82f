"""A file of FileStreamService is for one element (contract section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from lms.elements import StoredFile
from lms.tables import file_use
from services.processor.context import Context, Step

ALREADY_USED = "File matching the supplied GUID is already used by another element."

USER = select(file_use.c.element_id, file_use.c.person_id).where(
    file_use.c.file_id == bindparam("file"), file_use.c.single_use
)


def check_unused(context: Context, *files: StoredFile, element_id: int | None = None) -> None:
    """Refuses a file for a single use that something uses already, or that is here for two elements.

    files: each is for an element of its own. element_id: the element that is to have the file, where it is there
    already, and may keep what it has.
    """
    taken: set[str] = set()
    for file in files:
        if file.single_use and (file.file_id in taken or is_used(context, file, element_id)):
            context.refuse(ALREADY_USED, Step.FILES)
        taken.add(file.file_id)


def check_unused_by_others(context: Context, pictures: Sequence[tuple[int, StoredFile]]) -> None:
    """The same for pictures, each with its person, who may keep what there is already."""
    people: dict[str, int] = {}
    for person_id, file in pictures:
        other = people.setdefault(file.file_id, person_id) != person_id
        if file.single_use and (other or is_used(context, file, person_id=person_id)):
            context.refuse(ALREADY_USED, Step.FILES)


def is_used(context: Context, file: StoredFile, element_id: int | None = None, person_id: int | None = None) -> bool:
    """Whether something other than the element, or the person's picture, uses the file."""
    user = context.work.execute(USER, {"file": file.file_id}).one_or_none()
    if user is None:
        return False
    return (element_id is None or user.element_id != element_id) and (person_id is None or user.person_id != person_id)
